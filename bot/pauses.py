"""How long a job waits after it failed, and when it is given up. Pure; all durations are seconds."""

from bot.store import Job

FIRST = 1.0  # before the second try; doubled with each further one
_LONGEST = 300.0  # an outage of Telegram lasts minutes
# A notice whose answer is lost may have arrived, and each try may put one more line into her chat: so few tries, far apart.
_FIRST_NOTICE, _LONGEST_NOTICE = 300.0, 21_600.0
# Tries of an answer to a press. Telegram drops a press after about a minute, so later tries are pointless.
_ANSWER_TRIES = 4
_DELIVERY_TRIES = 8  # of an addition whose referral is not in the casebook
_SHOW_TRIES = 5  # of a screen that fails by a defect of ours: it would hold up whatever comes after it


def pause(job: Job) -> float:
    """How long to wait before the next try of a job that failed after `job.attempts` earlier tries."""
    first, longest = (_FIRST_NOTICE, _LONGEST_NOTICE) if job.kind == "notice" else (FIRST, _LONGEST)
    return min(longest, first * 2.0 ** min(job.attempts, 16))


def pointless(job: Job, *, defect: bool = False) -> bool:
    """Tell whether a job that failed once more is given up; `defect`: it failed by a mistake of ours and not of the network."""
    if defect:
        return job.kind in ("show", "answer") and job.attempts + 1 >= _SHOW_TRIES
    return job.kind == "answer" and job.attempts + 1 >= _ANSWER_TRIES


def undeliverable(job: Job) -> bool:
    """Tell whether an addition is given up whose referral did not come."""
    return job.attempts + 1 >= _DELIVERY_TRIES
