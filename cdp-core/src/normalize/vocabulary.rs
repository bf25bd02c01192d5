//! The words that surround personal names: titles, ranks, particles, suffixes. All folded; no rule lives here.

use hashbrown::HashSet;
use std::sync::LazyLock;

/// Titles that are never a name by themselves.
const TITLES: &str = "
    mr mrs ms miss mister mistress mx madam madame mesdames monsieur messieurs mademoiselle mme mmes mlle mlles mle messrs
    herr frau fraulein signor signora signorina senor senora senorita sra srta senhor senhora mgr monseigneur esq esquire
    dr dre docteur doctor doctoresse prof professor professeur rev revd reverend reverende rt honourable honorable
    archbishop archdeacon rabbi sir lord lady duchess countess viscount viscountess vicomte vicomtesse baroness baronne
    baronet marquess marchioness comtesse duchesse general gen maj lieutenant lieut lt sgt corporal cpl pvt admiral adm
    commander cmdr commodore brigadier brig colonel capt captain squadron wing flt cdr maitre
    hr dhr mevr dra dott dna adjudant caporal sheikh sheik sultan maharaja begum hajah hadji haji pandit swami abbess mere soeur
";

/// Titles that are also names: titles only before two more words at least.
const NAME_LIKE: &str = "
    prince earl duke baron king queen major judge justice dame marquis marquise marshal dom pope bishop abbe canon deacon
    roi reine sergeant col mag sig count comte chevalier vicar cardinal frere pere pasteur duc hon president princess
    princesse bart imam ing dipl capitaine father brother sister governor senator private pr mm
";

/// Civilities of one or two letters, which are initials too: titles before any other word.
const SHORT: &str = "m me sr";

/// Ranks of nobility.
const RANKS: &str = "
    baronet bart bt baron baroness earl count countess viscount viscountess duke duchess marquess marquis marchioness lord
";

const ORDINALS: &str = "
    1st 2nd 3rd 4th 5th 6th 7th 8th 9th 10th 11th 12th 13th 14th 15th 16th 17th 18th 19th 20th 21st 22nd 23rd 24th 25th
    first second third fourth fifth
";

/// Words that belong to the family name that follows them.
const PARTICLES: &str = "
    de du des d la le les l van von der den het ter ten vom zu zum zur af av el al bin ben ibn abu abd di da do dos das del della
    dello dei degli delle mac mc o st saint sainte ste san santa y e ap fitz vander vanden ait op t nic ni ua bint
";

/// Family names with the Irish `O'`, of the commonest in Matheson's Special Report on Surnames in Ireland (1894) and
/// their spellings abroad.
const AFTER_O: &str = "
    boyle brian brien bryan byrne callaghan carroll casey connell conner connor conor dea doherty donnell donoghue donohoe donohue
    donovan dowd dowda driscoll dwyer farrell flaherty flanagan flynn gara gorman grady hagan halloran hanlon hara hare hea hehir
    herlihy higgins kane keefe keeffe kelly kennedy leary loghlen loughlin mahoney mahony malley mara meara moore mullane neal
    neale neil neill nolan rahilly rawe regan reilly rielly riordan rorke rourke ryan shaughnessy shea sheehan sullivan
    toole tuama
";

/// Vietnamese family names, of the commonest, that are no given names.
const VIETNAMESE: &str = "
    nguyen tran le pham huynh hoang phan vu vo dang bui do ho ngo duong dinh doan truong trinh vuong luu
";

const SUFFIXES: &str = "
    jr junior jnr sr senior snr ii iii iv 2nd 3rd 4th esq esquire phd md dds kc qc obe mbe cbe kbe dbe kcb gcb kcvo gcvo cvo kcmg gcmg
    cmg dso dsc frs frse mp bt
";

type Words = LazyLock<HashSet<&'static str>>;

static ALL_TITLES: Words =
    LazyLock::new(|| [TITLES, NAME_LIKE, SHORT].iter().flat_map(|list| list.split_whitespace()).collect());
static NAME_LIKE_WORDS: Words = LazyLock::new(|| NAME_LIKE.split_whitespace().collect());
static RANK_WORDS: Words = LazyLock::new(|| RANKS.split_whitespace().collect());
static ORDINAL_WORDS: Words = LazyLock::new(|| ORDINALS.split_whitespace().collect());
static PARTICLE_WORDS: Words = LazyLock::new(|| PARTICLES.split_whitespace().collect());
static AFTER_O_WORDS: Words = LazyLock::new(|| AFTER_O.split_whitespace().collect());
static VIETNAMESE_WORDS: Words = LazyLock::new(|| VIETNAMESE.split_whitespace().collect());
static SUFFIX_WORDS: Words = LazyLock::new(|| SUFFIXES.split_whitespace().collect());

/// Whether a word is a title, civility or rank.
pub(super) fn is_title(word: &str) -> bool {
    ALL_TITLES.contains(word)
}

/// Whether a title is a name too.
pub(super) fn is_name_like(word: &str) -> bool {
    NAME_LIKE_WORDS.contains(word)
}

/// Whether a title could be an initial.
pub(super) fn is_short_title(word: &str) -> bool {
    matches!(word, "m" | "me" | "sr")
}

/// Whether a word is a rank of nobility.
pub(super) fn is_rank(word: &str) -> bool {
    RANK_WORDS.contains(word)
}

/// Whether a word counts the holders of a peerage.
pub(super) fn is_ordinal(word: &str) -> bool {
    ORDINAL_WORDS.contains(word)
}

/// Whether a word belongs to the family name that follows it.
pub(super) fn is_particle(word: &str) -> bool {
    PARTICLE_WORDS.contains(word)
}

/// Whether a family name is known with an Irish `O'` before it.
pub(super) fn is_after_o(word: &str) -> bool {
    AFTER_O_WORDS.contains(word)
}

/// Whether a family name is a common Vietnamese one.
pub(super) fn is_vietnamese_family(word: &str) -> bool {
    VIETNAMESE_WORDS.contains(word)
}

/// Whether a word stands after a name without belonging to it.
pub(super) fn is_suffix(word: &str) -> bool {
    SUFFIX_WORDS.contains(word)
}

/// Whether a word joins two people, or their titles: `M. et Mme`.
pub(super) fn is_and(word: &str) -> bool {
    matches!(word, "et" | "and" | "und")
}

/// Whether a word stands between two titles: `M. ou Mme`. Between names it can be one.
pub(super) fn is_or(word: &str) -> bool {
    matches!(word, "ou" | "or" | "oder")
}

/// One spelling per generational suffix.
pub(super) fn canonical_suffix(suffix: &str) -> &str {
    match suffix {
        "junior" | "jnr" => "jr",
        "senior" | "snr" => "sr",
        "2nd" => "ii",
        "3rd" => "iii",
        "4th" => "iv",
        "esquire" => "esq",
        other => other,
    }
}

/// One word per title.
pub(super) fn canonical_title(title: &str) -> &str {
    match title {
        "m" | "mister" | "monsieur" | "herr" | "senor" | "signor" | "senhor" | "hr" | "dhr" | "sig" | "d" | "don" => {
            "mr"
        }
        "mme" | "madame" | "madam" | "frau" | "senora" | "sra" | "signora" | "mrs" | "fr" | "mevr" | "mistress"
        | "dna" | "dona" => "mrs",
        "mlle" | "mademoiselle" | "fraulein" | "senorita" | "srta" | "signorina" => "miss",
        "docteur" | "doctor" | "dre" | "doctoresse" | "dra" | "dott" => "dr",
        "professeur" | "professor" => "prof",
        "me" => "maitre",
        "reverend" | "revd" | "reverende" => "rev",
        "messieurs" | "mm" => "messrs",
        "mmes" | "mesdames" => "mesdames",
        other => other,
    }
}

/// Whether a word says that a birth name follows (`true`), or a married name (`false`).
pub(super) fn other_family(word: &str) -> Option<bool> {
    match word {
        "nee" | "geb" | "geborene" | "formerly" => Some(true),
        "epouse" | "ep" | "epse" | "veuve" | "vve" => Some(false),
        _ => None,
    }
}
