"""Numbers that are joined to groups, pair by pair (union-find, Galler and Fischer 1964)."""


class DisjointSets:
    """The groups of the numbers from 0 to `count` - 1: each is alone at first.  A group is named by its smallest."""

    __slots__ = ("_leaders",)

    def __init__(self, count: int) -> None:
        self._leaders = list(range(count))

    def join(self, one: int, other: int) -> None:
        """Put the groups of two numbers together."""
        first, second = sorted((self.group(one), self.group(other)))
        self._leaders[second] = first

    def group(self, number: int) -> int:
        """The smallest number of the group that this number is in."""
        leaders = self._leaders
        while leaders[number] != number:
            leaders[number] = leaders[leaders[number]]
            number = leaders[number]
        return number
