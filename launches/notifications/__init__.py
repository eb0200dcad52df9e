"""Who is told of what: from changes to notices, and from notices to letters.

`audience` is the one table of it; `queue` turns changes into notices, `deliver` sends them on, `reminding`
makes the changes that only time makes.
"""

from launches.notifications.deliver import deliver_notices
from launches.notifications.queue import is_news, queue_notices
from launches.notifications.reminders import remind_signers
from launches.notifications.rules import reason_why, sentence

__all__ = ["deliver_notices", "is_news", "queue_notices", "reason_why", "remind_signers", "sentence"]
