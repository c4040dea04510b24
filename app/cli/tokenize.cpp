// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"

#include "inference/text_model.h"

#include <QFileInfo>

namespace app::cli {

namespace {

struct Options {
    std::string model;
    bool special = false;
    bool noBos = false;
};

Exit run(const Options &options)
{
    const auto path = resolveModel(options.model);
    if (!path)
        return fail(path.error());
    const auto model = inference::TextModel::open(path->toStdString());
    if (!model)
        return fail(failureFrom(model.error(), QFileInfo(*path).fileName()));
    const auto text = readInput();
    if (!text)
        return fail(text.error());
    const auto ids = (*model)->encodeText(std::string_view(text->constData(), static_cast<std::size_t>(text->size())),
                                          !options.noBos, options.special);
    QByteArray line("[");
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (i > 0)
            line.append(',');
        line.append(QByteArray::number(ids[i]));
    }
    printBytes(line + "]\n");
    return Exit::Done;
}

} // namespace

void addTokenize(CLI::App &app, Program &program)
{
    auto options = std::make_shared<Options>();
    CLI::App *command = app.add_subcommand("tokenize", "Standard input as a JSON array of token ids");
    command->add_option("-m,--model", options->model, "An installed model's id, or the path of a GGUF file")
        ->required();
    command->add_flag("--special", options->special, "Recognise control tokens written in the text");
    command->add_flag("--no-bos", options->noBos, "Add neither BOS nor EOS");
    command->callback([options, &program] { program.chosen = [options] { return run(*options); }; });
}

} // namespace app::cli
