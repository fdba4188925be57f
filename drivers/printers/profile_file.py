"""A printer's profile as a TOML file: read strictly, and written back."""

import json
from pathlib import Path
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from drivers.description import DescriptionError, Table, described
from drivers.printers.profile import NEAR_END_MM, Completion, Encoding, PrinterProfile
from drivers.printers.repertoire import Repertoire

_SHIPPED = Path(__file__).with_name("profiles")


class ProfileError(DescriptionError):
    """The file describes no printer."""

    thing: ClassVar = "the profile"


class _ProfileFile(Table):
    columns: int = Field(ge=16, le=96)
    dots: int = Field(ge=192, le=2304)
    encoding: Literal["gb18030", "gbk", "utf-8"]
    repertoire: Literal[
        "gb2312",
        "gbk",
        "gb18030-2000",
        "gb18030-2022-1",
        "gb18030-2022-2",
        "gb18030-2022-3",
        "every-code",
    ]
    completion: Literal["process-id", "fence", "asb", "nothing"]
    cutter: bool
    near_end_mm: int = Field(NEAR_END_MM, ge=0, le=20_000)

    @model_validator(mode="after")
    def _columns_fit(self) -> Self:
        """Raises the `ValueError` of `PrinterProfile`, which says what fits."""
        self.profile("any")
        return self

    def profile(self, name: str) -> PrinterProfile:
        return PrinterProfile(
            name,
            self.columns,
            self.dots,
            Encoding(self.encoding),
            Repertoire(self.repertoire),
            Completion(self.completion),
            self.cutter,
            self.near_end_mm,
        )


def load_profile(path: Path) -> PrinterProfile:
    """The printer described in a TOML file, named as the file. Raises `ProfileError` or `OSError`."""
    return described(path, _ProfileFile, {}, ProfileError).profile(path.stem)


def shipped_profiles() -> tuple[str, ...]:
    """The names of the profiles that come with the program."""
    return tuple(sorted(file.stem for file in _SHIPPED.glob("*.toml")))


def shipped_profile(name: str) -> PrinterProfile:
    """One of `shipped_profiles`.

    Raises:
        KeyError: none is called so.
    """
    if name not in shipped_profiles():
        raise KeyError(name)
    return load_profile(_SHIPPED / f"{name}.toml")


def profile_called(name: str) -> PrinterProfile:
    """A shipped profile by its name, or one of a technician's own by the path of its file.

    Raises:
        ValueError: there is no such profile, or the file describes none; it says what there is.
    """
    if "/" not in name:
        if name in shipped_profiles():
            return shipped_profile(name)
        there = ", ".join(shipped_profiles())
        raise ValueError(f"no printer profile {name!r}; there are {there}, or write the path of a file")
    try:
        return load_profile(Path(name))
    except OSError as error:
        raise ValueError(f"{name}: {error.strerror}") from error


def profile_text(profile: PrinterProfile) -> str:
    """The file that `load_profile` reads as this profile."""
    values: dict[str, int | str | bool] = {
        "columns": profile.columns,
        "dots": profile.dots,
        "encoding": profile.encoding.value,
        "repertoire": profile.repertoire.value,
        "completion": profile.completion.value,
        "cutter": profile.cutter,
        "near_end_mm": profile.near_end_mm,
    }
    # A number, a word in ASCII and a truth value are written alike in TOML and JSON.
    return "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())
