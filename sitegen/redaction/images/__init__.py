"""Pictures without what is said about them: place, time, camera, names, comments. Pure; no pixel changes."""

from sitegen.redaction.images.gif import without_metadata as _gif
from sitegen.redaction.images.jpeg import without_metadata as _jpeg
from sitegen.redaction.images.png import without_metadata as _png
from sitegen.redaction.images.reading import BrokenImageError
from sitegen.redaction.images.webp import without_metadata as _webp

_CLEANERS = {"image/jpeg": _jpeg, "image/jpg": _jpeg, "image/png": _png, "image/gif": _gif, "image/webp": _webp}

__all__ = ["without_metadata"]


def without_metadata(content: bytes, media_type: str) -> bytes | None:
    """The picture with the same pixels, without EXIF, XMP, IPTC, comments, texts, times, and what stands after its end.

    Colour profiles stay, and so do the way up (as the one entry of a new EXIF part) and the loop of an animation.
    `content` is the whole file. None for a type that can't be cleaned, and for a file that is not what its type says
    or is broken: such a file must be left out.
    """
    cleaner = _CLEANERS.get(media_type.partition(";")[0].strip().lower())
    if cleaner is None:
        return None
    try:
        return cleaner(content)
    except BrokenImageError:
        return None
