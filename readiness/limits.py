"""The limits of what people type and files say, for models, forms, files and forecasts alike."""

from datetime import date

# Of an estimate. Ten years of work: what is longer is a slip of the keyboard.
MOST_WORKING_DAYS = 2_600
# Of every day that somebody chooses. Calendars and charts count years from it, and years to it.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
