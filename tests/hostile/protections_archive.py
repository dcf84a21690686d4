"""What keeps exports that contradict each other, and runs that end badly, from doing harm."""

from __future__ import annotations

from switching_off import condition, method, without

from sitegen import lock, model
from sitegen.archive import attachments, deriving, importing, imports, merge, tables
from sitegen.readers.export import member_bytes

PROTECTIONS = (
    # merges
    without(
        "the newer export counts",
        merge.merge,
        "reverse=True",
        "reverse=False",
        "merge-edited-message-before-an-older-export",
        "merge-new-title",
    ),
    without(
        "older texts are kept",
        merge._merged_message,
        "revisions.append(state)",
        "pass",
        "merge-edited-message-before-an-older-export",
    ),
    without(
        "messages that went are kept",
        merge._merged_messages,
        "for observation in newest_first:",
        "for observation in newest_first[:1]:",
        "merge-conversation-that-lost-a-message",
        "merge-emptied-conversation",
        "merge-conversation-that-lost-its-mapping",
    ),
    without(
        "no title is no title",
        merge.merge,
        "*s.former_titles) if title)",
        "*s.former_titles))",
        "merge-emptied-conversation",
        "merge-conversation-that-lost-its-mapping",
    ),
    without("former titles are kept", merge.merge, "tuple(titles[1:])", "()", "merge-new-title"),
    without(
        "accounts are kept apart",
        deriving.derive,
        "if len(known) < 2:",
        "if True:",
        "merge-one-id-of-two-accounts",
    ),
    without(
        "providers are kept apart",
        method(model.Conversation, "key"),
        "content_id(self.source, ",
        "content_id(",
        "merge-one-id-of-two-providers",
    ),
    without(
        "an export with faults is no evidence",
        imports.ImportTables.exports,
        "complete AND NOT EXISTS (SELECT 1 FROM problem WHERE import = import.id)",
        "complete",
        "merge-export-that-broke-off",
    ),
    condition(
        "an export with placeholders is no evidence",
        importing._Import.run,
        "if self.has_placeholders",
        "merge-export-with-placeholders",
    ),
    without(
        "an export is known again",
        imports.ImportTables.begin_import,
        "return import_id, False",
        "pass",
        "merge-one-export-twice",
    ),
    # crashes
    without(
        "an import that fails is taken back",
        tables.Tables.transaction,
        'execute("ROLLBACK")',
        'execute("COMMIT")',
        "crash-full-disk-for-the-database",
        "crash-fault-that-nobody-foresaw",
    ),
    without("one run at a time", lock.only_run_in, "lock.acquire(blocking=False)", "pass", "crash-second-run"),
    without(
        "pieces of killed runs are cleared",
        attachments.AttachmentStore.clear_unfinished,
        "left.unlink()",
        "pass",
        "crash-killed-before-a-picture-has-its-name",
    ),
    without(
        "no piece of a file stays",
        attachments.AttachmentStore.add,
        "temporary.unlink(missing_ok=True)",
        "pass",
        "crash-stream-that-breaks-off",
    ),
    without(
        "a full disk is an error of the archive",
        attachments.AttachmentStore._writing,
        "except OSError",
        "except ZeroDivisionError",
        "crash-full-disk-for-pictures",
    ),
    without(
        "a full temporary folder is an error of the export",
        member_bytes.spooled,
        "except OSError",
        "except ZeroDivisionError",
        "crash-full-disk-for-what-is-unpacked",
    ),
)
