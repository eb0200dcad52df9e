"""Full-text search: the same answers on both databases, because words are made here and only looked up there.

triggers.py    a write of whatever can be found leaves a row behind, in its transaction
kinds.py       what can be found, and what there is to read about it
indexing.py    those rows → documents
words.py       text → words, and where they stand
database.py    words into the database, and the question to it
asking.py      a question → what is found, in groups
"""

from launches.search.asking import Hit, ResultGroup, found_by
from launches.search.indexing import index
from launches.search.kinds import GROUPS, KINDS
from launches.search.words import SearchQuery

__all__ = ["GROUPS", "KINDS", "Hit", "ResultGroup", "SearchQuery", "found_by", "index"]
