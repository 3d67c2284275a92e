"""Errors that are meant for the person in front of the program; everything else is a bug."""


class UserError(Exception):
    """Says what happened, to what, and what the user can do. Its text is shown as it is.

    Args:
        what: what happened, in one sentence.
        path: the file or folder it happened to, named in the text.
        hint: what the user can do about it.
    """

    def __init__(self, what: str, *, path: object = None, hint: str = "") -> None:
        self.what, self.path, self.hint = what, path, hint
        text = f"{path}: {what}" if path is not None else what
        super().__init__(f"{text} {hint}".strip() if hint else text)


class UnreadableFileError(UserError):
    """A picture, slide, case or model file that cannot be read."""


class DamagedCaseError(UserError):
    """A case file that is no case, is damaged, or was made by a newer version."""


class ModelError(UserError):
    """A model folder that cannot be used: card or weights missing, damaged or not matching."""


class UntrustedDeviceError(ModelError):
    """Models that answer wrongly here, on what is known: a driver, a device or a file is not what it must be."""


class StorageError(UserError):
    """A disk that is full, read-only or gone."""


class CaseInUseError(UserError):
    """A case that another window or program has open."""
