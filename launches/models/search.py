"""What can be found by its words, as plain rows: `launches/search/` keeps and asks them."""

from django.db import models


class SearchDocument(models.Model):
    """One row of whatever kind, with what there is to read about it.

    The words themselves are beside it, where the database looks them up: on PostgreSQL a column `words`, on
    SQLite a table of FTS5 with the same key.
    """

    kind = models.CharField(max_length=12)
    key = models.BigIntegerField()
    group = models.CharField(max_length=12, help_text="What people call that kind.")
    title = models.CharField(max_length=400)
    beside = models.CharField(max_length=400, blank=True, help_text="What it belongs to.")
    text = models.TextField(blank=True)
    path = models.CharField(max_length=600, help_text="Where it is shown.")
    is_over = models.BooleanField(default=False, help_text="Nothing is left to do about it.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="one_document_each")]

    def __str__(self) -> str:
        return self.title


class Unindexed(models.Model):
    """A row that was written since its document was; a trigger says so, whoever wrote it and how."""

    kind = models.CharField(max_length=12)
    key = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "unindexed"

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
