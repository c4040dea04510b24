// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/inventory.h"
#include "app/cli/model_words.h"
#include "app/cli/service_session.h"
#include "app/model_check.h"
#include "app/model_library.h"
#include "app/model_updates.h"
#include "app/store_thread.h"

#include <QFileInfo>
#include <QJsonArray>

#include <unistd.h>

namespace app::cli {

namespace {

struct Options {
    ModelOptions model;
    bool all = false;
    std::string checked;
    std::string exported; ///< a format; empty: none
};

QString fitName(FitLevel fit)
{
    switch (fit) {
    case FitLevel::Unknown:
        return QStringLiteral("unknown");
    case FitLevel::Fits:
        return QStringLiteral("fits");
    case FitLevel::Slow:
        return QStringLiteral("slow");
    case FitLevel::WontFit:
        return QStringLiteral("wont_fit");
    }
    return {};
}

QJsonObject modelJson(const ModelCard &card, bool chosen)
{
    return {
        {QStringLiteral("id"), card.id},
        {QStringLiteral("name"), card.name},
        {QStringLiteral("path"), card.path},
        {QStringLiteral("origin"),
         card.origin == ModelOrigin::Starter ? QStringLiteral("starter") : QStringLiteral("added")},
        {QStringLiteral("source"), card.source},
        {QStringLiteral("purpose"), useName(card.purpose)},
        {QStringLiteral("architecture"), card.architecture},
        {QStringLiteral("size_label"), card.sizeLabel},
        {QStringLiteral("quantization"), card.quantization},
        {QStringLiteral("license"), card.license},
        {QStringLiteral("licence_id"), card.licenceId},
        {QStringLiteral("other_licences"), QJsonArray::fromStringList(card.licence.others)},
        {QStringLiteral("licence_conflict"), card.licence.conflict},
        {QStringLiteral("licence_text"), card.licenceTextKept ? QStringLiteral("kept") : QStringLiteral("not_fetched")},
        {QStringLiteral("base_models"), QJsonArray::fromStringList(card.baseModels)},
        {QStringLiteral("catalogue_id"), card.catalogueId},
        {QStringLiteral("parameters"), static_cast<qint64>(card.parameters)},
        {QStringLiteral("active_parameters"), static_cast<qint64>(card.activeParameters)},
        {QStringLiteral("file_bytes"), static_cast<qint64>(card.fileBytes)},
        {QStringLiteral("files"), static_cast<qint64>(card.fileCount)},
        {QStringLiteral("file_modified_ms"), card.fileModifiedMs},
        {QStringLiteral("context_length"), static_cast<qint64>(card.contextLength)},
        {QStringLiteral("tokenizer"), card.tokenizer},
        {QStringLiteral("chat_template_sha256"), card.templateSha256},
        {QStringLiteral("sha256"), card.sha256},
        {QStringLiteral("added_ms"), card.addedMs},
        {QStringLiteral("last_used_ms"), card.lastUsedMs},
        {QStringLiteral("decode_tps"), card.decodeTps},
        {QStringLiteral("prefill_tps"), card.prefillTps},
        {QStringLiteral("speed_device"), card.speedDevice},
        {QStringLiteral("duplicates"), QJsonArray::fromStringList(card.duplicates)},
        {QStringLiteral("adapters"), QJsonArray::fromStringList(card.adapters)},
        {QStringLiteral("missing"), card.missing},
        {QStringLiteral("changed_from_ms"), card.changedFromMs},
        {QStringLiteral("check"), checkName(card.checkResult)},
        {QStringLiteral("checked_ms"), card.checkedMs},
        {QStringLiteral("fit_context"), static_cast<qint64>(card.fitContext)},
        {QStringLiteral("fit"), fitName(card.fit)},
        {QStringLiteral("usable"), card.usable},
        {QStringLiteral("chosen"), chosen},
        {QStringLiteral("reason"), card.failure.isEmpty() ? QString() : card.failure.sentence()}};
}

QJsonObject adapterJson(const AdapterCard &card)
{
    return {{QStringLiteral("id"), card.id},
            {QStringLiteral("name"), card.name},
            {QStringLiteral("path"), card.path},
            {QStringLiteral("purpose"), useName(ModelUse::Adapter)},
            {QStringLiteral("architecture"), card.architecture},
            {QStringLiteral("base_model"), card.baseModel},
            {QStringLiteral("license"), card.license},
            {QStringLiteral("file_bytes"), static_cast<qint64>(card.fileBytes)},
            {QStringLiteral("least_rank"), static_cast<qint64>(card.leastRank)},
            {QStringLiteral("most_rank"), static_cast<qint64>(card.mostRank)},
            {QStringLiteral("fits"), QJsonArray::fromStringList(card.fits)},
            {QStringLiteral("missing"), card.missing},
            {QStringLiteral("usable"), card.failure.isEmpty()},
            {QStringLiteral("reason"), card.failure.isEmpty() ? QString() : card.failure.sentence()}};
}

void printModel(const ModelCard &card, bool chosen)
{
    const QString mark = chosen ? QStringLiteral("* ") : QStringLiteral("  ");
    const QString state = card.usable ? card.fitText : card.failure.sentence();
    printForeign(mark + card.id + QStringLiteral("  ") + card.name + QStringLiteral("  ") + card.quantization +
                 QStringLiteral("  ") + state + QLatin1Char('\n'));
}

void printAdapter(const AdapterCard &card)
{
    QString state = card.failure.sentence();
    if (card.failure.isEmpty()) {
        state = card.fits.isEmpty() ? QStringLiteral("fits no model here")
                                    : QStringLiteral("fits ") + card.fits.join(QStringLiteral(", "));
    }
    printForeign(QStringLiteral("+ ") + card.id + QStringLiteral("  ") + card.name + QStringLiteral("  adapter, ") +
                 state + QLatin1Char('\n'));
}

/// Models that were taken off the list, or used once: for the answers they gave.
std::expected<void, Failure> printOthers(ServiceSession &session, bool json)
{
    const auto library = session.store([](Stores &stores) { return stores.models.library(); });
    if (!library)
        return std::unexpected(library.error());
    for (const storage::Model &row : library->models) {
        if (row.listed || row.source == "starter")
            continue;
        const QString path = QString::fromStdString(row.path);
        if (json) {
            printJson({{QStringLiteral("name"), QString::fromStdString(row.name)},
                       {QStringLiteral("path"), path},
                       {QStringLiteral("sha256"), QString::fromStdString(row.sha256)},
                       {QStringLiteral("removed_ms"), static_cast<qint64>(row.removedMs)},
                       {QStringLiteral("usable"), false},
                       {QStringLiteral("listed"), false}});
        } else {
            printForeign(QStringLiteral("- ") + QString::fromStdString(row.name) +
                         QStringLiteral("  not on the list  ") + path + QLatin1Char('\n'));
        }
    }
    return {};
}

Exit run(const Program &program, const Options &options)
{
    ServiceSession session(program, options.model);
    if (const auto opened = session.open(); !opened)
        return fail(opened.error());
    // Without any model there is nothing to list, which is no failure here.
    const auto chosen = session.chooseModel();
    if (!chosen && chosen.error().code != QLatin1StringView("app.no_model"))
        return fail(chosen.error());
    const ModelService &models = session.services().models();
    if (!options.exported.empty())
        return printInventory(program, session.services().library(), models.models(), options.exported);
    for (const ModelCard &card : models.models()) {
        const bool answers = card.id == models.chosenId();
        if (options.model.json)
            printJson(modelJson(card, answers));
        else
            printModel(card, answers);
    }
    if (options.all) {
        session.settleAdapters();
        for (const AdapterCard &card : session.services().library().adapters()) {
            if (options.model.json)
                printJson(adapterJson(card));
            else
                printAdapter(card);
        }
        if (const auto others = printOthers(session, options.model.json); !others)
            return fail(others.error());
    }
    if (models.models().isEmpty() && !options.model.json)
        print(QStringLiteral("No models yet. Give the path of a GGUF file to `carrel-cli import`, or see what other "
                             "programs have with `carrel-cli import --find`.\n"));
    return Exit::Done;
}

Exit check(const Program &program, const Options &options)
{
    ServiceSession session(program, options.model);
    if (const auto opened = session.open(); !opened)
        return fail(opened.error());
    session.settle();
    const QString wanted = QString::fromStdString(options.checked);
    const ModelCard *card = session.services().models().find(wanted);
    if (card == nullptr)
        card = session.services().models().find(QFileInfo(wanted).absoluteFilePath());
    if (card == nullptr)
        return fail(failureFromCode(QStringLiteral("app.unknown_model"), {}, wanted));
    const QString id = card->id;
    ModelCheck &check = session.services().modelCheck();
    CheckResult result = CheckResult::None;
    Failure failure = failureFromCode(QStringLiteral("inference.cancelled"), {});
    session.loop([&](QEventLoop &events) {
        QObject::connect(&check, &ModelCheck::finished, &events,
                         [&](const QString &, CheckResult came, const Failure &said) {
                             result = came;
                             failure = said;
                             events.quit();
                         });
        QObject::connect(&check, &ModelCheck::progressed, &events, [&] {
            if (!options.model.json && isatty(STDERR_FILENO) != 0)
                fprintf(stderr, "\r%3d %%", static_cast<int>(check.progress() * 100));
        });
        check.check(id);
    });
    if (!options.model.json && isatty(STDERR_FILENO) != 0)
        fputs("\r      \r", stderr);
    if (result == CheckResult::None)
        return fail(failure);
    const ModelCard *now = session.services().library().find(id);
    const QString hash = now == nullptr ? QString() : now->sha256;
    if (options.model.json) {
        printJson({{QStringLiteral("id"), id},
                   {QStringLiteral("result"), checkName(result)},
                   {QStringLiteral("sha256"), hash},
                   {QStringLiteral("details"), failure.details},
                   {QStringLiteral("reason"), failure.isEmpty() ? QString() : failure.sentence()}});
    } else if (result == CheckResult::Sound) {
        print(QStringLiteral("%1 is sound. SHA-256 %2\n").arg(id, hash));
    }
    if (result == CheckResult::Sound)
        return Exit::Done;
    return options.model.json ? Exit::Failed : fail(failure);
}

QString stateName(ModelUpdate::State state)
{
    switch (state) {
    case ModelUpdate::State::Same:
        return QStringLiteral("same");
    case ModelUpdate::State::Changed:
        return QStringLiteral("changed");
    case ModelUpdate::State::Gone:
        return QStringLiteral("gone");
    case ModelUpdate::State::Unknown:
        break;
    }
    return QStringLiteral("unknown");
}

QString updateWords(const ModelUpdate &update)
{
    switch (update.state) {
    case ModelUpdate::State::Same:
        return QStringLiteral("is the file that its source has");
    case ModelUpdate::State::Changed: {
        QString words = QStringLiteral("another file is at its source by now (%1). This one stays; to have the other "
                                       "beside it:")
                            .arg(sizeText(update.bytes));
        for (const ModelRequest &request : update.requests)
            words += QStringLiteral("\n    carrel-cli get '%1' --name '%2'").arg(request.url, request.fileName);
        return words;
    }
    case ModelUpdate::State::Gone:
        return QStringLiteral("its source has no such file any more. This one stays");
    case ModelUpdate::State::Unknown:
        break;
    }
    return update.failure.isEmpty() ? QStringLiteral("what its source says is not enough to tell")
                                    : update.failure.sentence();
}

/// Whether downloaded models are what their sources have by now. Fetches no model.
Exit updates(const Program &program, const Options &options)
{
    ServiceSession session(program, options.model);
    if (const auto opened = session.open(); !opened)
        return fail(opened.error());
    session.settle();
    ModelUpdates &found = session.services().modelUpdates();
    bool failed = true;
    session.loop([&](QEventLoop &events) {
        QObject::connect(&found, &ModelUpdates::finished, &events, [&] {
            failed = false;
            events.quit();
        });
        found.ask();
    });
    for (const ModelUpdate &update : found.updates()) {
        failed = failed || !update.failure.isEmpty();
        if (options.model.json) {
            QJsonArray addresses;
            for (const ModelRequest &request : update.requests)
                addresses.append(request.url);
            printJson({{QStringLiteral("id"), update.modelId},
                       {QStringLiteral("state"), stateName(update.state)},
                       {QStringLiteral("file_bytes"), static_cast<qint64>(update.bytes)},
                       {QStringLiteral("addresses"), addresses},
                       {QStringLiteral("reason"), update.failure.isEmpty() ? QString() : update.failure.sentence()}});
        } else {
            printForeign(update.modelId + QStringLiteral("  ") + updateWords(update) + QLatin1Char('\n'));
        }
    }
    if (found.updates().isEmpty() && !options.model.json)
        print(QStringLiteral("No model here was downloaded from the hub, so there is nobody to ask.\n"));
    return failed ? Exit::Failed : Exit::Done;
}

} // namespace

void addModels(CLI::App &app, Program &program)
{
    auto options = std::make_shared<Options>();
    CLI::App *command = app.add_subcommand("models", "The models on this computer; * marks the one that answers");
    addDeviceOptions(*command, options->model);
    command->add_flag("--all", options->all, "Also adapters, and models that are no more on the list");
    addJsonOption(*command, options->model.json);
    addExportOption(*command, options->exported);
    command->callback([options, &program] {
        if (!program.chosen)
            program.chosen = [options, &program] { return run(program, *options); };
    });
    CLI::App *updating = command->add_subcommand(
        "updates", "Asks the hub whether the files of downloaded models changed there; fetches none of them");
    addJsonOption(*updating, options->model.json);
    updating->callback(
        [options, &program] { program.chosen = [options, &program] { return updates(program, *options); }; });
    CLI::App *checking =
        command->add_subcommand("check", "Reads a model's whole file: its SHA-256, and whether its weights are sound");
    checking->add_option("MODEL", options->checked, "A model's id, or its path")->required();
    addJsonOption(*checking, options->model.json);
    checking->callback(
        [options, &program] { program.chosen = [options, &program] { return check(program, *options); }; });
}

} // namespace app::cli
