"""The words by which she and her helper know each other: short, everyday, hard to mix up, and on nobody's list (domain.md 1.5).

The codes are stable, for they stand in sealed cards and referrals. Each is said by the catalogue under `word.<code>`.
"""

WORDS: tuple[str, ...] = (
    "potato",
    "rain",
    "sea",
    "moon",
    "bird",
    "stone",
    "chair",
    "spoon",
    "tree",
    "cabbage",
    "cloud",
    "basket",
)
"""In the order of the screen. Twelve: somebody who has her code and guesses is wrong in eleven cases of twelve."""
