// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/service_session.h"

namespace app::cli {

namespace {

struct Options {
    ModelOptions model;
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
    for (const ModelCard &card : models.models()) {
        if (options.model.json) {
            printJson({{QStringLiteral("id"), card.id},
                       {QStringLiteral("name"), card.name},
                       {QStringLiteral("path"), card.path},
                       {QStringLiteral("origin"),
                        card.origin == ModelOrigin::Starter ? QStringLiteral("starter") : QStringLiteral("added")},
                       {QStringLiteral("architecture"), card.architecture},
                       {QStringLiteral("size_label"), card.sizeLabel},
                       {QStringLiteral("quantization"), card.quantization},
                       {QStringLiteral("license"), card.license},
                       {QStringLiteral("parameters"), static_cast<qint64>(card.parameters)},
                       {QStringLiteral("file_bytes"), static_cast<qint64>(card.fileBytes)},
                       {QStringLiteral("context_length"), static_cast<qint64>(card.contextLength)},
                       {QStringLiteral("fit_context"), static_cast<qint64>(card.fitContext)},
                       {QStringLiteral("fit"), fitName(card.fit)},
                       {QStringLiteral("usable"), card.usable},
                       {QStringLiteral("chosen"), card.id == models.chosenId()},
                       {QStringLiteral("reason"), card.failure.isEmpty() ? QString() : card.failure.sentence()}});
        } else {
            const QString mark = card.id == models.chosenId() ? QStringLiteral("* ") : QStringLiteral("  ");
            const QString state = card.usable ? card.fitText : card.failure.sentence();
            print(mark + card.id + QStringLiteral("  ") + card.name + QStringLiteral("  ") + card.quantization +
                  QStringLiteral("  ") + state + QLatin1Char('\n'));
        }
    }
    if (models.models().isEmpty() && !options.model.json)
        print(QStringLiteral("No models yet. Give the path of a GGUF file with -m.\n"));
    return Exit::Done;
}

} // namespace

void addModels(CLI::App &app, Program &program)
{
    auto options = std::make_shared<Options>();
    CLI::App *command = app.add_subcommand("models", "The models on this computer; * marks the one that answers");
    addDeviceOptions(*command, options->model);
    addJsonOption(*command, options->model.json);
    command->callback([options, &program] { program.chosen = [options, &program] { return run(program, *options); }; });
}

} // namespace app::cli
