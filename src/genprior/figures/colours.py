"""One colour a meaning, dark enough on white, from the palette of the reader's journal."""

from collections.abc import Iterator, Mapping, Sequence

import matplotlib
import numpy as np
import seaborn as sns
from matplotlib.colors import to_rgb

from genprior.figures import journal

Colour = tuple[float, float, float]

CONTRAST = 3.0  # of lines and marks against white (WCAG 2.2, criterion 1.4.11)


def luminance(colour) -> float:
    """The relative luminance of a colour (WCAG 2.2)."""
    channels = np.array(to_rgb(colour))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(colour) -> float:
    """The contrast of a colour against white, from 1 to 21 (WCAG 2.2)."""
    return 1.05 / (luminance(colour) + 0.05)


def legible(colour, least: float = CONTRAST) -> Colour:
    """A colour, darkened as far as its contrast against white asks for."""
    channels = np.array(to_rgb(colour))
    while contrast(channels) < least:
        channels = 0.98 * channels
    return tuple(channels)


class Palette(Sequence):
    """The colours of the present journal, legible, again from the first when they are used up."""

    def __len__(self) -> int:
        return len(sns.color_palette(journal.present().palette))

    def __getitem__(self, number: int) -> Colour:
        colours = sns.color_palette(journal.present().palette)
        return legible(colours[number % len(colours)])

    def __iter__(self) -> Iterator[Colour]:
        return (self[number] for number in range(len(self)))


class FromPalette(Mapping):
    """Colours by meaning: places in the palette of the present journal."""

    def __init__(self, places: Mapping[object, int]):
        self._places = places

    def __getitem__(self, meaning) -> Colour:
        return PALETTE[self._places[meaning]]

    def __iter__(self) -> Iterator[object]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


class Latent:
    """The colour of a latent dimension k, the same in every figure: the darker the smaller."""

    SMALLEST, LARGEST = 2, 640
    MAP = matplotlib.colormaps["viridis"]

    def __getitem__(self, k: float) -> Colour:
        place = np.log(k / self.SMALLEST) / np.log(self.LARGEST / self.SMALLEST)
        return legible(self.MAP(float(np.clip(place, 0, 1)))[:3])


PALETTE = Palette()
DEPTH = FromPalette({1: 0, 2: 1, 3: 2, 4: 4, 5: 7})
DEPTH_MARKERS = {1: "o", 2: "s", 3: "D", 4: "^", 5: "v"}
METHOD = FromPalette({"descent": 0, "program": 3, "amp": 2, "transpose": 4, "sparse": 7})
METHOD_MARKERS = {"descent": "o", "program": "s", "amp": "D", "transpose": "^", "sparse": "v"}
LATENT = Latent()
MARKERS = "osD^vPX<>*"  # of values in their order, such as latent dimensions
# Areas: told apart by their lightness alone.
OUTCOME = {
    "recovery": "#dbe9f6",
    "smooth": "#9fa8ff",
    "kink": "#d2481d",
    "dead": "#5c2a4d",
    "zero": "#0b0b0b",
    "undecided": "#ffffff",
}
OUTCOME_HATCHES = {"undecided": "/////"}
OUTCOME_MARKERS = {
    "recovery": "*",
    "smooth": "^",
    "kink": "o",
    "dead": "s",
    "zero": "v",
    "undecided": "x",
}
# Always with its word; enough contrast for small text.
VERDICT = {
    "supported": "#00441b",
    "not supported": "#b5330f",
    "inconclusive": "#757575",
    "not tested": "#757575",
    "void": "#757575",
}
VERDICT_MARKERS = {
    "supported": "o",
    "not supported": "X",
    "inconclusive": "D",
    "not tested": "|",
    "void": "s",
}
