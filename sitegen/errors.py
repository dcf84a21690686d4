"""What can go wrong, and whose turn it is to mend it.

    SitegenError              a person must act; shown as one line, exit code 1
    ├── ConfigError           sitegen.toml or an option holds something unusable
    │   └── LanguageError     it asks for a language that there are no texts in
    ├── ExportError           a file is no export, or no reader recognises it
    ├── LockError             another run is at work in the same folder
    ├── ArchiveError          the archive is damaged or from a newer sitegen
    ├── ThemeError            a theme lacks a file or a template fails
    ├── OutputError           the output folder can't be written, or is not sitegen's to write
    ├── SealingError          a sealed site is damaged, or can't be made
    │   └── PassphraseError   a passphrase is too weak, missing, or opens nothing
    ├── BuildError            what earlier builds kept is damaged
    ├── WorkerError           a worker process was ended from outside
    └── PublishError          something stands against publishing: it is not handed over

The text of each says what is wrong, where, and what to do. A record that can't be read is not an error but a
`model.Problem`: it is carried, counted and shown, and the run goes on.
"""


class SitegenError(Exception):
    """Base of every error that a person can mend; its text is shown as it is."""


class ConfigError(SitegenError):
    """The configuration names a key or a value that can't be used."""


class LanguageError(ConfigError):
    """There is no such language, or there are no texts in it."""


class ExportError(SitegenError):
    """A path holds no export that can be read, or more than one reader claims it."""


class LockError(SitegenError):
    """A folder can't be had for this run alone: another run is in it, or nothing can be written there."""


class ArchiveError(SitegenError):
    """The archive can't be opened, read or written."""


class ThemeError(SitegenError):
    """A theme is missing, incomplete, or one of its templates fails."""


class OutputError(SitegenError):
    """The output folder can't be used."""


class SealingError(SitegenError):
    """A sealed site can't be made, or isn't whole."""


class PassphraseError(SealingError):
    """A passphrase can't be used, or opens nothing."""


class BuildError(SitegenError):
    """What an earlier build kept can't be used."""


class WorkerError(SitegenError):
    """A worker process was ended from outside, and with it the run."""


class PublishError(SitegenError):
    """What was to be published holds what must not leave, or can't be handed over."""
