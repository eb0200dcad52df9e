"""Who is signed in, with how many notices they have not read.

Every page shows that number. Counted in the query that finds the person, which each page makes anyway, it
costs none of its own and is never out of date.
"""

from django.contrib.auth.backends import ModelBackend
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from launches.models import Notice
from readiness.models import User


class Backend(ModelBackend):
    def get_user(self, user_id: int) -> User | None:
        """With `unread`, where it is asked for the person behind a request."""
        person = User.objects.annotate(unread=_unread()).filter(pk=user_id).first()
        return person if person and self.user_can_authenticate(person) else None


def _unread() -> Coalesce:
    waiting = Notice.objects.unread().filter(person=OuterRef("pk")).order_by().values("person")
    return Coalesce(Subquery(waiting.annotate(notices=Count("pk")).values("notices")), 0)
