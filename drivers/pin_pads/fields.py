"""Members of a received JSON object, as the types they must have."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from drivers.pin_pads.exact_json import Json

_LONGEST_TEXT = 1024
_MOST_MAJOR_UNITS = Decimal(10) ** 12
_MOST_DECIMALS = 6
_FLAGS = {"true": True, "false": False}


class BadMessage(ValueError):
    """A message that cannot be understood, and where."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


class Fields:
    """One JSON object. What must be there raises; a `hint` is None where it is absent or of another type."""

    def __init__(self, value: Json, path: str) -> None:
        """Raises BadMessage where `value` is no object."""
        if not isinstance(value, Mapping):
            raise BadMessage(path, "no object")
        self._members = value
        self.path = path

    def has(self, name: str) -> bool:
        """Whether a member is there; null is not."""
        return self._members.get(name) is not None

    def object(self, name: str) -> "Fields":
        """A member object. Raises BadMessage."""
        return Fields(self._members.get(name), f"{self.path}.{name}")

    def optional_object(self, name: str) -> "Fields | None":
        """A member object, or None where there is none. Raises BadMessage where it is something else."""
        return self.object(name) if self.has(name) else None

    def objects(self, name: str) -> tuple["Fields", ...]:
        """The objects of a list, which may be absent. Raises BadMessage."""
        items = self._members.get(name)
        if items is None:
            return ()
        if not isinstance(items, list):
            raise self.bad(name, "no list")
        return tuple(Fields(item, f"{self.path}.{name}[{i}]") for i, item in enumerate(items))

    def text(self, name: str) -> str:
        """A text that is not empty. Raises BadMessage."""
        text = self.hint(name)
        if text is None:
            raise self.bad(name, "no text")
        return text

    def hint(self, name: str) -> str | None:
        """A text that nothing depends on."""
        return _text(self._members.get(name))

    def hints(self, name: str) -> tuple[str, ...]:
        """The texts of a list that nothing depends on; a single text stands for a list of one."""
        items = self._members.get(name)
        listed = items if isinstance(items, list) else [items]
        return tuple(text for item in listed if (text := _text(item)) is not None)

    def flag(self, name: str) -> bool | None:
        """A boolean, which some pads send as text; None where it is neither."""
        value = self._members.get(name)
        if isinstance(value, str):
            return _FLAGS.get(value.strip().lower())
        return value if isinstance(value, bool) else None

    def major_units(self, name: str) -> Decimal:
        """A sum of money in major units, as a number or as text. Raises BadMessage."""
        value = self._members.get(name)
        if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
            raise self.bad(name, "no sum")
        try:
            units = Decimal(value)
        except InvalidOperation as error:
            raise self.bad(name, "no sum") from error
        # Bounded before anybody computes with it: an int of 1E+999999999 would fill the memory.
        if not units.is_finite() or not 0 <= units < _MOST_MAJOR_UNITS:
            raise self.bad(name, "no possible sum")
        exponent = units.as_tuple().exponent
        if not isinstance(exponent, int) or exponent < -_MOST_DECIMALS:
            raise self.bad(name, "too many decimals")
        return units

    def bad(self, name: str, problem: str) -> BadMessage:
        """The error of a member."""
        return BadMessage(f"{self.path}.{name}", problem)


def _text(value: Json) -> str | None:
    if not isinstance(value, str) or not 1 <= len(value) <= _LONGEST_TEXT:
        return None
    # A lone surrogate could be received and never be written again.
    return value if not any("\ud800" <= character <= "\udfff" for character in value) else None
