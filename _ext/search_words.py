"""Let the search find what readers type, as ``search_words.yml`` lists it.

Each phrase of a page becomes an entry of the search index, and its words
become keywords of the page. A word with an accent is found without it, too:
also that of a name in a citation, which is there once a page is resolved.
"""

import re
import unicodedata
from pathlib import Path

import yaml
from docutils import nodes
from sphinx import addnodes

WORDS = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text("utf-8"))


def without_accents(word):
    letters = unicodedata.normalize("NFD", word)
    return "".join(c for c in letters if not unicodedata.combining(c))


def keywords(text, phrases):
    """Yield words that a page does not have, from its words and phrases."""
    for phrase in phrases:
        yield from re.findall(r"[\w+-]+", phrase.lower())
    for word in set(re.findall(r"\w+", text.lower())):
        yield without_accents(word)
    for ours, theirs in WORDS["spellings"].items():
        if re.search(rf"(?i)\b{ours}", text):
            yield theirs


def add_words(app, doctree, docname):
    phrases = WORDS["pages"].get(docname, [])
    text = doctree.astext()
    known = set(re.findall(r"\w+", text.lower()))
    words = sorted(set(keywords(text, phrases)) - known)
    # For the search, a main entry of the index; for the index that readers
    # see, it is too late.
    entries = [("single", p.lower(), "", "main", None) for p in phrases]
    doctree += addnodes.index(entries=entries)
    if words:
        doctree += nodes.meta(name="keywords", content=", ".join(words))


def setup(app):
    app.connect("doctree-resolved", add_words)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
