"""A way to look at a list that somebody keeps under a name."""

from typing import Self

from django.db import models
from django.urls import reverse

from launches.models.launch import Launch
from readiness.models import User, Versioned


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    def visible_to(self, user: User) -> Self:
        """Everybody has their own: what others should see too is shared by its address."""
        return self.filter(user=user) if user.is_active else self.none()


class SavedFilter(Versioned):
    """`query` is the end of the list's address; without a `launch` the list is that of all launches."""

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_filters")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000, blank=True)
    launch = models.ForeignKey(Launch, models.CASCADE, null=True, blank=True, related_name="saved_filters")

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "launch", "name"], name="saved_filter_name_per_launch"),
            # NULL is like no other NULL to a constraint.
            models.UniqueConstraint(
                fields=["user", "name"], name="saved_filter_name", condition=models.Q(launch=None)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The list it filters."""
        page = self.launch.get_absolute_url() if self.launch else reverse("blocker-list")
        return f"{page}?{self.query}" if self.query else page
