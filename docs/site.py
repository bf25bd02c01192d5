"""Hooks of the site: files of the repository that pages link to are copied into it, so that no link leads outside."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
OUTSIDE = re.compile(r"\]\(\.\./([^)#]+)(#[^)]*)?\)")

_linked: set[str] = set()


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Links to `../examples/...` become links to copies; pages lie a folder deep in the site."""
    _linked.update(match[1] for match in OUTSIDE.finditer(markdown))
    up = "../" if page.url.strip("/") else ""
    return OUTSIDE.sub(lambda match: f"](<{up}files/{match[1]}>)", markdown)


def on_post_build(config: Any) -> None:
    """Copies them; a folder with what is in it, as far as it is small."""
    for name in sorted(_linked):
        source, target = ROOT / name, Path(config["site_dir"]) / "files" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("node_modules", "target", "__pycache__"), dirs_exist_ok=True)
        else:
            shutil.copy(source, target)
