// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/failure.h"

#include "inference/error.h"
#include "storage/database.h"
#include "storage/error.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>

namespace app {

namespace {

using Action = FailureAction;

struct Words {
    const char *code;
    const char *title;
    const char *explanation; ///< %1 is the subject
    Action action;
};

// One row for each code of the two libraries and of the services. The order is the libraries'.
constexpr Words kWords[] = {
    {"inference.cancelled", QT_TRANSLATE_NOOP("Failure", "Stopped"),
     QT_TRANSLATE_NOOP("Failure", "It was stopped before it was done. What had been written is kept."), Action::Retry},
    {"inference.file_unreadable", QT_TRANSLATE_NOOP("Failure", "The model file cannot be read"),
     QT_TRANSLATE_NOOP("Failure",
                       "%1 does not exist or may not be read by you. Check where it is and its permissions, or "
                       "choose another model."),
     Action::ChooseModel},
    {"inference.file_malformed", QT_TRANSLATE_NOOP("Failure", "This is not a sound model file"),
     QT_TRANSLATE_NOOP("Failure", "%1 breaks the GGUF format, so nothing of it was loaded. Get the file again from its "
                                  "source, or choose another model."),
     Action::ChooseModel},
    {"inference.file_truncated", QT_TRANSLATE_NOOP("Failure", "The model file is incomplete"),
     QT_TRANSLATE_NOOP("Failure",
                       "%1 ends before the data that its header announces, as after a download that broke off. "
                       "Get it again, or choose another model."),
     Action::ChooseModel},
    {"inference.part_missing", QT_TRANSLATE_NOOP("Failure", "A part of the model is missing"),
     QT_TRANSLATE_NOOP("Failure",
                       "%1 is one of several files that make up a model, and another of them is not in its folder or "
                       "belongs to another model. The details say which. Put all of them into one folder, or choose "
                       "another model."),
     Action::ChooseModel},
    {"inference.unsupported_file", QT_TRANSLATE_NOOP("Failure", "Carrel cannot run this model"),
     QT_TRANSLATE_NOOP("Failure", "%1 is a valid file of a kind that this version does not run. Choose another model."),
     Action::ChooseModel},
    {"inference.unsupported_tokenizer", QT_TRANSLATE_NOOP("Failure", "Carrel cannot read this model's vocabulary"),
     QT_TRANSLATE_NOOP("Failure", "%1 splits text in a way that this version does not know. Choose another model."),
     Action::ChooseModel},
    {"inference.template_invalid", QT_TRANSLATE_NOOP("Failure", "The model's chat template cannot be read"),
     QT_TRANSLATE_NOOP("Failure", "The chat template inside %1 uses something that Carrel does not understand. Choose "
                                  "another model."),
     Action::ChooseModel},
    {"inference.template_failed", QT_TRANSLATE_NOOP("Failure", "The model's chat template failed"),
     QT_TRANSLATE_NOOP("Failure",
                       "The chat template inside %1 refused these messages or did not come to an end. Choose "
                       "another model, or start a new chat."),
     Action::ChooseModel},
    {"inference.adapter_alone", QT_TRANSLATE_NOOP("Failure", "This is an adapter, not a model"),
     QT_TRANSLATE_NOOP("Failure",
                       "%1 changes a model and is none by itself. Choose the model that it was made for, and "
                       "give the adapter beside it."),
     Action::ChooseModel},
    {"inference.adapter_unfit", QT_TRANSLATE_NOOP("Failure", "The adapter cannot be used"),
     QT_TRANSLATE_NOOP("Failure",
                       "The details say what is wrong with it. Choose an adapter that was made for %1, or go "
                       "on without one."),
     Action::ChooseModel},
    {"inference.context_full", QT_TRANSLATE_NOOP("Failure", "The conversation is longer than the model can hold"),
     QT_TRANSLATE_NOOP("Failure", "The prompt does not fit into the context. Leave out the oldest turns, use a longer "
                                  "context, or start a new chat."),
     Action::DropOldestTurns},
    {"inference.out_of_memory", QT_TRANSLATE_NOOP("Failure", "Not enough memory"),
     QT_TRANSLATE_NOOP("Failure",
                       "%1 needs more memory than is free. Use a shorter context or a smaller model, or close "
                       "other programs."),
     Action::ShortenContext},
    {"inference.device_unavailable", QT_TRANSLATE_NOOP("Failure", "The graphics device cannot be used"),
     QT_TRANSLATE_NOOP("Failure", "There is no such device, or its driver refuses to work. Carrel can run on the "
                                  "processor instead."),
     Action::RunOnCpu},
    {"inference.device_lost", QT_TRANSLATE_NOOP("Failure", "The graphics device stopped working"),
     QT_TRANSLATE_NOOP("Failure", "Its driver reset it while it was computing. Carrel can go on on the processor."),
     Action::RunOnCpu},
    {"inference.not_finite", QT_TRANSLATE_NOOP("Failure", "The model computed nonsense"),
     QT_TRANSLATE_NOOP("Failure",
                       "Its numbers left the range that a computer can hold, so the answer ends here. Try again "
                       "on the processor; if it happens there too, the file is damaged."),
     Action::RunOnCpu},
    {"inference.wrong_purpose", QT_TRANSLATE_NOOP("Failure", "This model is made for something else"),
     QT_TRANSLATE_NOOP("Failure", "%1 cannot do this. The details say what it is made for. Choose another model."),
     Action::ChooseModel},
    {"inference.invalid_argument", QT_TRANSLATE_NOOP("Failure", "Something in this request is wrong"),
     QT_TRANSLATE_NOOP("Failure", "The engine refused the request. The details say which part."), Action::Retry},
    {"inference.internal", QT_TRANSLATE_NOOP("Failure", "Carrel made a mistake"),
     QT_TRANSLATE_NOOP("Failure",
                       "This is a bug in Carrel, not in what you did. Try again, and please report the details."),
     Action::Retry},

    {"storage.not_found", QT_TRANSLATE_NOOP("Failure", "It is no longer there"),
     QT_TRANSLATE_NOOP("Failure", "What you asked for was removed in the meantime."), Action::None},
    {"storage.invalid_argument", QT_TRANSLATE_NOOP("Failure", "Something in this request is wrong"),
     QT_TRANSLATE_NOOP("Failure", "The history refused the request. The details say which part."), Action::None},
    {"storage.conflict", QT_TRANSLATE_NOOP("Failure", "This cannot be done now"),
     QT_TRANSLATE_NOOP("Failure", "Something else is happening to it at the moment, for example an answer is being "
                                  "written. Try again when that is over."),
     Action::Retry},
    {"storage.read_only", QT_TRANSLATE_NOOP("Failure", "The data folder cannot be written"),
     QT_TRANSLATE_NOOP("Failure", "You can read your conversations, but nothing new can be kept in %1. Make the folder "
                                  "writable, or start with another data folder."),
     Action::OpenDataFolder},
    {"storage.disk_full", QT_TRANSLATE_NOOP("Failure", "The disk is full"),
     QT_TRANSLATE_NOOP("Failure",
                       "There was no room in %1 to keep this. Everything kept before is safe. Make room, then "
                       "try again."),
     Action::FreeDiskSpace},
    {"storage.busy", QT_TRANSLATE_NOOP("Failure", "Another program is using your history"),
     QT_TRANSLATE_NOOP("Failure", "The history is locked by another program. Close it, then try again."),
     Action::Retry},
    {"storage.damaged", QT_TRANSLATE_NOOP("Failure", "The history is damaged"),
     QT_TRANSLATE_NOOP("Failure",
                       "The file of your conversations contradicts itself. Nothing was deleted. Start Carrel "
                       "again: it keeps the damaged file and saves what can be read."),
     Action::OpenDataFolder},
    {"storage.newer_format", QT_TRANSLATE_NOOP("Failure", "A newer Carrel wrote this"),
     QT_TRANSLATE_NOOP("Failure",
                       "This version cannot use it and left it untouched. Update Carrel, or start with another "
                       "data folder."),
     Action::ChooseDataFolder},
    {"storage.import_malformed", QT_TRANSLATE_NOOP("Failure", "This is not an export of Carrel"),
     QT_TRANSLATE_NOOP("Failure", "%1 breaks the format, so nothing of it was taken over. The details name the line."),
     Action::None},
    {"storage.file_unreadable", QT_TRANSLATE_NOOP("Failure", "The file cannot be used"),
     QT_TRANSLATE_NOOP("Failure", "%1 cannot be opened, read or written. Check where it is and its permissions."),
     Action::None},
    {"storage.out_of_memory", QT_TRANSLATE_NOOP("Failure", "Not enough memory"),
     QT_TRANSLATE_NOOP("Failure",
                       "There was not enough memory to read or keep this. Close other programs, then try again."),
     Action::Retry},
    {"storage.internal", QT_TRANSLATE_NOOP("Failure", "Carrel made a mistake"),
     QT_TRANSLATE_NOOP("Failure", "This is a bug in Carrel, not in what you did. Please report the details."),
     Action::None},

    {"app.no_model", QT_TRANSLATE_NOOP("Failure", "No model to answer with"),
     QT_TRANSLATE_NOOP("Failure", "Choose a model, or add a GGUF file that is already on this computer."),
     Action::ChooseModel},
    {"app.unknown_model", QT_TRANSLATE_NOOP("Failure", "There is no such model"),
     QT_TRANSLATE_NOOP("Failure", "%1 is neither an installed model nor a file. See the models that are here, or add a "
                                  "GGUF file."),
     Action::ChooseModel},
    {"app.model_missing", QT_TRANSLATE_NOOP("Failure", "The model's file is not where it was"),
     QT_TRANSLATE_NOOP("Failure", "%1 is not there any more. Show Carrel where it is now, or take the model off the "
                                  "list; its answers stay."),
     Action::ChooseModel},
    {"app.model_away", QT_TRANSLATE_NOOP("Failure", "The model's folder is not there now"),
     QT_TRANSLATE_NOOP("Failure", "%1 lies in a folder or on a drive that is not there now. Connect the drive, show "
                                  "Carrel where the file is, or take the model off the list."),
     Action::ChooseModel},
    {"app.model_other_file", QT_TRANSLATE_NOOP("Failure", "This is another file"),
     QT_TRANSLATE_NOOP("Failure", "%1 does not hold the model that is looked for. Choose its file, or add this one as "
                                  "a model of its own."),
     Action::None},
    {"app.model_not_yours", QT_TRANSLATE_NOOP("Failure", "This file is not Carrel's to remove"),
     QT_TRANSLATE_NOOP("Failure", "%1 belongs to another program or to the installation. Take the model off the list, "
                                  "and remove the file with what it belongs to."),
     Action::None},
    {"app.trash_failed", QT_TRANSLATE_NOOP("Failure", "The file could not be moved to the trash"),
     QT_TRANSLATE_NOOP("Failure", "%1 stays where it is: there is no trash on its drive, or it may not be written. "
                                  "Remove it in your file manager."),
     Action::None},
    {"app.untrash_failed", QT_TRANSLATE_NOOP("Failure", "The file could not be brought back"),
     QT_TRANSLATE_NOOP("Failure", "%1 is no longer in the trash, or something else has its place. Look for it in your "
                                  "file manager's trash, and add it again."),
     Action::None},
    {"app.not_kept", QT_TRANSLATE_NOOP("Failure", "The list of models was not saved"),
     QT_TRANSLATE_NOOP("Failure", "What changed holds until Carrel ends, and %1 is looked at again at the next start. "
                                  "Check that the disk is not full."),
     Action::FreeDiskSpace},
    {"app.model_changed", QT_TRANSLATE_NOOP("Failure", "The model's file is not what it was"),
     QT_TRANSLATE_NOOP("Failure", "%1 was replaced or altered. Accept it if you replaced it yourself, else get it "
                                  "again from its source."),
     Action::ChooseModel},
    {"app.model_damaged", QT_TRANSLATE_NOOP("Failure", "The model's file is damaged"),
     QT_TRANSLATE_NOOP("Failure", "%1 breaks its format, or holds weights that are no numbers. Get it again from its "
                                  "source, or choose another model."),
     Action::ChooseModel},
    {"app.foreign_partial", QT_TRANSLATE_NOOP("Failure", "The model is not complete"),
     QT_TRANSLATE_NOOP("Failure", "Its download by %1 is not finished or broke off. Let that program finish it, then "
                                  "look again."),
     Action::None},
    {"app.foreign_missing", QT_TRANSLATE_NOOP("Failure", "The model's file is gone"),
     QT_TRANSLATE_NOOP("Failure", "%1 still names it, but its file is not there. Get it again with that program, or "
                                  "here."),
     Action::None},
    {"app.foreign_unreadable", QT_TRANSLATE_NOOP("Failure", "You may not read this model"),
     QT_TRANSLATE_NOOP("Failure", "The files of %1 belong to another user of this computer. Ask for the right to read "
                                  "them; a new membership in a group counts from your next log-in."),
     Action::None},
    {"app.foreign_unsupported", QT_TRANSLATE_NOOP("Failure", "Carrel cannot use this model"),
     QT_TRANSLATE_NOOP("Failure", "%1 is not a GGUF file, which is what Carrel reads. Look for the model as GGUF."),
     Action::None},
    {"app.unknown_collection", QT_TRANSLATE_NOOP("Failure", "There is no such collection"),
     QT_TRANSLATE_NOOP("Failure", "No collection is called %1. See those that are here, or make it."), Action::None},
    {"app.not_collected", QT_TRANSLATE_NOOP("Failure", "That file is in no collection"),
     QT_TRANSLATE_NOOP("Failure", "No collection holds %1, so it was not read. Add it to one, then search again."),
     Action::None},
    {"app.name_taken", QT_TRANSLATE_NOOP("Failure", "That name is taken"),
     QT_TRANSLATE_NOOP("Failure", "Another collection is called %1. Choose another name."), Action::None},
    {"app.index_damaged", QT_TRANSLATE_NOOP("Failure", "The index of your documents is damaged"),
     QT_TRANSLATE_NOOP("Failure", "Your files are untouched. Start Carrel again: it makes the index anew from them."),
     Action::None},
    {"app.index_busy", QT_TRANSLATE_NOOP("Failure", "Another program is using the index of your documents"),
     QT_TRANSLATE_NOOP("Failure", "It is locked by another program. Close that, then try again."), Action::Retry},
    {"app.no_reader", QT_TRANSLATE_NOOP("Failure", "Documents cannot be read"),
     QT_TRANSLATE_NOOP("Failure", "The program that reads documents could not be started. Install Carrel again."),
     Action::None},
    {"app.no_reranker", QT_TRANSLATE_NOOP("Failure", "No model to judge passages with"),
     QT_TRANSLATE_NOOP("Failure", "Put a reranking model, as a GGUF file, into a folder called rerankers beside the "
                                  "starter models."),
     Action::None},
    {"app.prompt_too_long", QT_TRANSLATE_NOOP("Failure", "The message is longer than the model can hold"),
     QT_TRANSLATE_NOOP("Failure", "Shorten it, or use a longer context or a model with one."), Action::LongerContext},
    {"app.overflow", QT_TRANSLATE_NOOP("Failure", "The conversation is longer than the model can hold"),
     QT_TRANSLATE_NOOP("Failure",
                       "Leave out the oldest turns, use a longer context, or start a new chat. Nothing has been "
                       "sent."),
     Action::DropOldestTurns},
    {"app.busy", QT_TRANSLATE_NOOP("Failure", "Another answer is being written"),
     QT_TRANSLATE_NOOP("Failure", "Wait until it is done, or stop it, then send again."), Action::None},
    {"app.locked", QT_TRANSLATE_NOOP("Failure", "Carrel is already running with this data folder"),
     QT_TRANSLATE_NOOP("Failure",
                       "%1 is in use by another Carrel. Use its window, close it, or start with another data "
                       "folder."),
     Action::ChooseDataFolder},
    {"app.foreign_file", QT_TRANSLATE_NOOP("Failure", "This data folder belongs to another program"),
     QT_TRANSLATE_NOOP("Failure", "The file carrel.db in %1 was made by another program and was left untouched. Start "
                                  "with another data folder."),
     Action::ChooseDataFolder},
    {"app.no_access", QT_TRANSLATE_NOOP("Failure", "The data folder cannot be used"),
     QT_TRANSLATE_NOOP("Failure",
                       "%1 cannot be made, read or written. Check its permissions, or start with another data "
                       "folder."),
     Action::ChooseDataFolder},
    {"app.migration_failed", QT_TRANSLATE_NOOP("Failure", "Your history could not be brought up to date"),
     QT_TRANSLATE_NOOP("Failure",
                       "The history in %1 is as it was, and a copy lies beside it. Please report the details."),
     Action::OpenDataFolder},
    {"app.open_failed", QT_TRANSLATE_NOOP("Failure", "Your history could not be opened"),
     QT_TRANSLATE_NOOP("Failure", "The history in %1 was left untouched. The details say what failed."),
     Action::OpenDataFolder},
    {"app.input_too_long", QT_TRANSLATE_NOOP("Failure", "The input is too long"),
     QT_TRANSLATE_NOOP("Failure", "More than 64 MiB came in, which no model reads. Give less."), Action::None},
    {"app.document_unreadable", QT_TRANSLATE_NOOP("Failure", "The document cannot be read"),
     QT_TRANSLATE_NOOP("Failure",
                       "%1 does not exist or may not be read by you. Check where it is and its permissions."),
     Action::None},
    {"app.document_too_long", QT_TRANSLATE_NOOP("Failure", "The context is too short for this document"),
     QT_TRANSLATE_NOOP("Failure",
                       "%1 was not summarized: it does not fit whole, and in pieces it cannot be read with so "
                       "short a context. Use a longer one, or a model with one."),
     Action::LongerContext},
    {"app.no_text", QT_TRANSLATE_NOOP("Failure", "There is no text to be read"),
     QT_TRANSLATE_NOOP("Failure", "%1 has no text. Choose other files."), Action::None},
    {"app.summary_empty", QT_TRANSLATE_NOOP("Failure", "The model found nothing to say"),
     QT_TRANSLATE_NOOP("Failure",
                       "It wrote nothing of use about what it was given. Choose another model; larger ones do better."),
     Action::ChooseModel},
    {"app.no_network", QT_TRANSLATE_NOOP("Failure", "Nothing can be asked of the network"),
     QT_TRANSLATE_NOOP("Failure", "This Carrel is without downloads. Fetch the file yourself and add it here."),
     Action::None},
    {"app.not_an_address", QT_TRANSLATE_NOOP("Failure", "This names no model"),
     QT_TRANSLATE_NOOP("Failure", "Paste the address of a model on huggingface.co, its owner/name, or the address of a "
                                  "GGUF file."),
     Action::None},
    {"app.hub_answer", QT_TRANSLATE_NOOP("Failure", "The hub's answer makes no sense"),
     QT_TRANSLATE_NOOP("Failure", "What it says of %1 cannot be read. Try again later."), Action::Retry},
    {"app.hub_no_models", QT_TRANSLATE_NOOP("Failure", "There is no model file here"),
     QT_TRANSLATE_NOOP("Failure", "%1 has no GGUF files. Look for a repository whose name ends in GGUF."),
     Action::None},
    {"app.hub_not_there", QT_TRANSLATE_NOOP("Failure", "The hub has no such repository"),
     QT_TRANSLATE_NOOP("Failure", "%1 is not there, or it is private. Check the name, or look for it on "
                                  "huggingface.co."),
     Action::None},
    {"app.model_gone", QT_TRANSLATE_NOOP("Failure", "The file is no longer there"),
     QT_TRANSLATE_NOOP("Failure", "%1 was moved or removed by its publisher. Choose another file or model."),
     Action::None},
    {"app.source_changed", QT_TRANSLATE_NOOP("Failure", "The file changed at its source"),
     QT_TRANSLATE_NOOP("Failure",
                       "%1 is not the file that the catalogue names any more. Update the catalogue, or paste "
                       "the repository's address to take what is there now."),
     Action::None},
    {"app.no_newer_catalogue", QT_TRANSLATE_NOOP("Failure", "There is nowhere to ask for a newer list"),
     QT_TRANSLATE_NOOP("Failure", "This Carrel knows no address of newer lists of models. A newer Carrel brings one."),
     Action::None},
    {"app.catalogue_unsigned", QT_TRANSLATE_NOOP("Failure", "The list of models is not signed"),
     QT_TRANSLATE_NOOP("Failure",
                       "It did not come from Carrel's makers as it is, and was not taken. The present one stays."),
     Action::None},
    {"app.catalogue_damaged", QT_TRANSLATE_NOOP("Failure", "The list of models cannot be read"),
     QT_TRANSLATE_NOOP("Failure", "It may need a newer Carrel. The present one stays."), Action::None},
    {"app.catalogue_old", QT_TRANSLATE_NOOP("Failure", "The list of models is an old one"),
     QT_TRANSLATE_NOOP("Failure", "A newer one is here already, and stays."), Action::None},
    {"app.catalogue_not_kept", QT_TRANSLATE_NOOP("Failure", "The list of models was not kept"),
     QT_TRANSLATE_NOOP("Failure", "It could not be written to the disk. Make room, then try again."), Action::Retry},
};

QString words(const char *text)
{
    return QCoreApplication::translate("Failure", text);
}

QString labelOf(Action action)
{
    switch (action) {
    case Action::None:
        return {};
    case Action::Retry:
        return words(QT_TRANSLATE_NOOP("Failure", "Try again"));
    case Action::ChooseModel:
        return words(QT_TRANSLATE_NOOP("Failure", "Choose a model"));
    case Action::RunOnCpu:
        return words(QT_TRANSLATE_NOOP("Failure", "Run on the processor"));
    case Action::ShortenContext:
        return words(QT_TRANSLATE_NOOP("Failure", "Use a shorter context"));
    case Action::LongerContext:
        return words(QT_TRANSLATE_NOOP("Failure", "Use a longer context"));
    case Action::DropOldestTurns:
        return words(QT_TRANSLATE_NOOP("Failure", "Leave out the oldest turns"));
    case Action::FreeDiskSpace:
        return words(QT_TRANSLATE_NOOP("Failure", "I have made room"));
    case Action::OpenDataFolder:
        return words(QT_TRANSLATE_NOOP("Failure", "Open the data folder"));
    case Action::ChooseDataFolder:
        return words(QT_TRANSLATE_NOOP("Failure", "Choose another data folder"));
    case Action::OpenSettings:
        return words(QT_TRANSLATE_NOOP("Failure", "Open settings"));
    }
    return {};
}

QString libraryCode(QLatin1StringView library, std::string_view code)
{
    return library + QLatin1Char('.') + QString::fromUtf8(code.data(), static_cast<qsizetype>(code.size()));
}

QString generalSubject(const QString &code)
{
    if (code.startsWith(QLatin1StringView("inference.")))
        return QCoreApplication::translate("Failure", "the model");
    return QCoreApplication::translate("Failure", "the data folder");
}

QString tokens(qsizetype count)
{
    return QLocale().toString(count);
}

} // namespace

QString Failure::sentence() const
{
    if (title.isEmpty())
        return explanation;
    return QCoreApplication::translate("Failure", "%1: %2").arg(title, explanation);
}

Failure failureFromCode(const QString &code, const QString &details, const QString &subject)
{
    Failure failure;
    failure.code = code;
    failure.details = details;
    for (const Words &row : kWords) {
        if (code != QLatin1StringView(row.code))
            continue;
        failure.title = words(row.title);
        failure.explanation = words(row.explanation);
        if (failure.explanation.contains(QLatin1StringView("%1"))) {
            failure.explanation = failure.explanation.arg(subject.isEmpty() ? generalSubject(code) : subject);
            // The sentence may begin with its subject; names of files and models keep their case.
            if (subject.isEmpty())
                failure.explanation[0] = failure.explanation.at(0).toUpper();
        }
        failure.action = row.action;
        failure.actionLabel = labelOf(row.action);
        return failure;
    }
    failure.title = QCoreApplication::translate("Failure", "Something went wrong");
    failure.explanation = QCoreApplication::translate("Failure", "The details say what was recorded at that time.");
    failure.action = Action::Retry;
    failure.actionLabel = labelOf(Action::Retry);
    return failure;
}

QStringList failureCodes()
{
    QStringList codes;
    for (const Words &row : kWords)
        codes.append(QLatin1StringView(row.code));
    return codes;
}

Failure failureFrom(const inference::Error &error, const QString &subject)
{
    return failureFromCode(libraryCode(QLatin1StringView("inference"), inference::name(error.code)),
                           QString::fromStdString(error.detail), subject);
}

Failure failureFrom(const storage::Error &error, const QString &subject)
{
    return failureFromCode(libraryCode(QLatin1StringView("storage"), storage::name(error.code)),
                           QString::fromStdString(error.detail), subject);
}

Failure openFailure(const storage::OpenReport &report, const QString &folder)
{
    using storage::OpenOutcome;
    const auto make = [&](const char *code) {
        return failureFromCode(QLatin1StringView(code), QString::fromStdString(report.detail), folder);
    };
    switch (report.outcome) {
    case OpenOutcome::Created:
    case OpenOutcome::Current:
    case OpenOutcome::Migrated:
    case OpenOutcome::NewerReadOnly:
    case OpenOutcome::DamagedSetAside:
    case OpenOutcome::ReadOnlyFolder:
        return {};
    case OpenOutcome::NewerUnreadable:
        return make("storage.newer_format");
    case OpenOutcome::LockedByOther: {
        Failure failure = make("app.locked");
        if (report.lockHolder > 0) {
            failure.explanation = QCoreApplication::translate(
                                      "Failure", "%1 is in use by another Carrel (process %2). Use its window, close "
                                                 "it, or start with another data folder.")
                                      .arg(folder)
                                      .arg(report.lockHolder);
        }
        return failure;
    }
    case OpenOutcome::ForeignFile:
        return make("app.foreign_file");
    case OpenOutcome::DiskFull:
        return make("storage.disk_full");
    case OpenOutcome::NoAccess:
        return make("app.no_access");
    case OpenOutcome::MigrationFailed:
        return make("app.migration_failed");
    case OpenOutcome::Failed:
        return make("app.open_failed");
    }
    return make("app.open_failed");
}

QString openNotice(const storage::OpenReport &report, const QString &folder)
{
    using storage::OpenOutcome;
    switch (report.outcome) {
    case OpenOutcome::NewerReadOnly:
        return QCoreApplication::translate("Failure",
                                           "A newer Carrel wrote the history in %1. You can read it; to write, "
                                           "update Carrel.")
            .arg(folder);
    case OpenOutcome::ReadOnlyFolder:
        return QCoreApplication::translate("Failure",
                                           "%1 cannot be written. You can read your conversations, but nothing "
                                           "new can be kept.")
            .arg(folder);
    case OpenOutcome::DamagedSetAside:
        return QCoreApplication::translate("Failure",
                                           "The history was damaged. %1 conversations were saved; the damaged file "
                                           "is kept as %2.")
            .arg(QString::number(report.recoveredConversations), QString::fromStdString(report.setAside.string()));
    default:
        return {};
    }
}

Failure noModelFailure()
{
    return failureFromCode(QStringLiteral("app.no_model"), {});
}

Failure promptTooLongFailure(qsizetype promptTokens, qsizetype contextTokens)
{
    Failure failure = failureFromCode(QStringLiteral("app.prompt_too_long"), {});
    failure.explanation =
        QCoreApplication::translate("Failure", "It has %1 tokens and the context holds %2. Shorten it, or use a longer "
                                               "context or a model with one.")
            .arg(tokens(promptTokens), tokens(contextTokens));
    return failure;
}

Failure overflowFailure(qsizetype promptTokens, qsizetype contextTokens)
{
    Failure failure = failureFromCode(QStringLiteral("app.overflow"), {});
    failure.explanation = QCoreApplication::translate(
                              "Failure", "The prompt has %1 tokens and the context holds %2. Leave out the oldest "
                                         "turns, use a longer context, or start a new chat.")
                              .arg(tokens(promptTokens), tokens(contextTokens));
    return failure;
}

Failure busyFailure()
{
    return failureFromCode(QStringLiteral("app.busy"), {});
}

} // namespace app
