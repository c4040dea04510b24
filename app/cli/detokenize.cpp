// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"

#include "inference/text_model.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>

namespace app::cli {

namespace {

struct Options {
    std::string model;
    bool special = false;
};

Exit run(const Options &options)
{
    const auto path = resolveModel(options.model);
    if (!path)
        return fail(path.error());
    const auto model = inference::TextModel::open(path->toStdString());
    if (!model)
        return fail(failureFrom(model.error(), QFileInfo(*path).fileName()));
    const auto input = readInput();
    if (!input)
        return fail(input.error());
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(*input, &error);
    if (!document.isArray()) {
        return fail(
            QStringLiteral("standard input is not a JSON array of token ids: %1. Give what `carrel-cli tokenize` "
                           "prints.")
                .arg(error.errorString()));
    }
    std::vector<inference::TokenId> ids;
    for (const QJsonValue value : document.array()) {
        const qint64 id = value.toInteger(-1);
        if (id < 0 || static_cast<std::size_t>(id) >= (*model)->vocabularySize()) {
            return fail(QStringLiteral("%1 is no token id of this model. Ids go from 0 to %2.")
                            .arg(value.toVariant().toString())
                            .arg((*model)->vocabularySize() - 1));
        }
        ids.push_back(static_cast<inference::TokenId>(id));
    }
    // The BOS that tokenize adds is no part of the text.
    if (!options.special && !ids.empty() && (*model)->addsBos() && ids.front() == (*model)->bos())
        ids.erase(ids.begin());
    const std::string text = (*model)->decode(ids, true);
    printForeign(QByteArray(text.data(), static_cast<qsizetype>(text.size())));
    return Exit::Done;
}

} // namespace

void addDetokenize(CLI::App &app, Program &program)
{
    auto options = std::make_shared<Options>();
    CLI::App *command = app.add_subcommand("detokenize", "A JSON array of token ids as the bytes they stand for");
    command->add_option("-m,--model", options->model, "An installed model's id, or the path of a GGUF file")
        ->required();
    command->add_flag("--special", options->special, "Write a leading BOS too");
    command->callback([options, &program] { program.chosen = [options] { return run(*options); }; });
}

} // namespace app::cli
