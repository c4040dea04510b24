// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/engine_session.h"
#include "app/cli/text_lines.h"

#include <algorithm>
#include <map>
#include <span>

namespace app::cli {

namespace {

/// Texts that are handed to the engine in one go.
constexpr std::size_t kTogether = 32;

struct Options {
    ModelOptions model;
    std::string prefix;
    bool query = false;
    bool passage = false;
    std::string normalize = "l2";
    std::uint32_t dimensions = 0;
    std::string pooling;
    std::vector<std::string> texts;
};

const std::map<std::string, inference::Pooling> &poolings()
{
    static const std::map<std::string, inference::Pooling> all{{"none", inference::Pooling::None},
                                                               {"mean", inference::Pooling::Mean},
                                                               {"cls", inference::Pooling::First},
                                                               {"last", inference::Pooling::Last}};
    return all;
}

/// One vector, or an array of those of each token.
QByteArray vectorsJson(const inference::Embedding &embedding, std::size_t width, bool forEachToken)
{
    if (!forEachToken)
        return arrayJson(embedding.values);
    QByteArray json("[");
    for (std::size_t first = 0; first < embedding.values.size(); first += width)
        json += (first > 0 ? "," : "") + arrayJson(std::span(embedding.values).subspan(first, width));
    return json + ']';
}

Exit run(const Program &program, const Options &options)
{
    const auto path = resolveModel(options.model.model);
    if (!path)
        return fail(path.error());
    const auto texts = textsOrLines(options.texts);
    if (!texts)
        return fail(texts.error());
    EngineSession session(program);
    ModelOptions loading = options.model;
    if (!options.pooling.empty())
        loading.pooling = poolings().at(options.pooling);
    const auto model = session.load(*path, loading);
    if (!model)
        return fail(model.error());
    const inference::ModelSummary &summary = model->text->summary();
    std::string prefix = options.prefix;
    if (options.query)
        prefix = summary.queryPrefix;
    else if (options.passage)
        prefix = summary.passagePrefix;
    const inference::Pooling pooling = loading.pooling.value_or(summary.pooling.value_or(inference::Pooling::None));

    // A few at a time: short ones share a pass, and each line of the output is there soon.
    for (std::size_t first = 0; first < texts->size(); first += kTogether) {
        const auto some = std::span(*texts).subspan(first, std::min(kTogether, texts->size() - first));
        const auto result = session.embed({.texts = {some.begin(), some.end()},
                                           .prefix = prefix,
                                           .normalise = options.normalize == "l2",
                                           .dimensions = options.dimensions});
        if (!result)
            return fail(result.error());
        for (std::size_t i = 0; i < some.size(); ++i) {
            const inference::Embedding &embedding = result->embeddings[i];
            QByteArray line = vectorsJson(embedding, result->width, pooling == inference::Pooling::None);
            if (options.model.json) {
                line = "{\"index\":" + QByteArray::number(static_cast<qulonglong>(first + i)) +
                       ",\"tokens\":" + QByteArray::number(embedding.tokens) +
                       ",\"dropped\":" + QByteArray::number(embedding.dropped) + ",\"embedding\":" + line + '}';
            }
            if (!printBytes(line + '\n'))
                return Exit::Failed;
            if (embedding.dropped > 0)
                noteDropped(first + i + 1, embedding.dropped, model->contextLength);
        }
    }
    return Exit::Done;
}

} // namespace

void addEmbed(CLI::App &app, Program &program)
{
    auto options = std::make_shared<Options>();
    CLI::App *command = app.add_subcommand("embed", "Texts as vectors, one JSON array a line");
    addModelOptions(*command, options->model, true);
    auto *prefix = command->add_option("--prefix", options->prefix, "Stands in front of each text");
    auto *query =
        command->add_flag("--query", options->query, "The texts are queries: the model's own prefix for them");
    auto *passage = command->add_flag("--passage", options->passage, "The same for passages that are searched");
    prefix->excludes(query)->excludes(passage);
    query->excludes(passage);
    command->add_option("--normalize", options->normalize, "l2 (length 1, the default) or none")
        ->check(CLI::IsMember({"l2", "none"}));
    command->add_option("--dimensions", options->dimensions, "Only the first so many numbers of each vector")
        ->check(CLI::Range(1U, 1U << 20U));
    command->add_option("--pooling", options->pooling, "none, mean, cls or last, in place of what the file says")
        ->check(CLI::IsMember({"none", "mean", "cls", "last"}));
    command->add_option("TEXT", options->texts, "Texts; the lines of standard input otherwise");
    command->callback([options, &program] { program.chosen = [options, &program] { return run(program, *options); }; });
}

} // namespace app::cli
