//! Match quality against a known truth: pairwise and B-cubed precision, recall, F1.
