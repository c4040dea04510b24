// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Documents and a model for tests of summaries: files of marked text, and answers that follow from the prompt alone.
#pragma once

#include "app/document_extraction.h"
#include "app/scripted_inference.h"

#include <QFile>
#include <QTimer>

#include <string>
#include <string_view>
#include <vector>

namespace tests {

/// "# Title" and "## Title" are headings, empty lines part paragraphs, a form feed parts pages. "locked" as the whole
/// text is an encrypted file, "scan" one of pictures.
inline app::extraction::Extraction markedText(std::string_view text)
{
    using namespace app::extraction;
    if (text == "locked" || text == "scan")
        return {.format = Format::Pdf, .state = text == "scan" ? State::NoText : State::Encrypted, .reason = "why"};
    Extraction made{.format = Format::Markdown, .state = State::Read};
    made.document.numbered = true;
    const auto addPage = [&](std::string_view whole) {
        Page page{.source = whole.empty() ? TextSource::None : TextSource::File, .text = std::string(whole)};
        for (std::size_t begin = 0; begin < whole.size();) {
            const std::size_t end = std::min(whole.find('\n', begin), whole.size());
            std::size_t from = begin;
            std::uint8_t level = 0;
            while (from < end && whole[from] == '#') {
                ++from;
                ++level;
            }
            from += level > 0 ? 1 : 0;
            if (from < end) {
                page.blocks.push_back({.kind = level > 0 ? BlockKind::Heading : BlockKind::Paragraph,
                                       .level = level,
                                       .begin = static_cast<std::uint32_t>(from),
                                       .end = static_cast<std::uint32_t>(end)});
            }
            begin = end + 1;
        }
        if (page.text.empty())
            made.state = State::Partial;
        made.document.pages.push_back(std::move(page));
    };
    std::size_t begin = 0;
    for (std::size_t end = text.find('\f'); end != std::string_view::npos; end = text.find('\f', begin)) {
        addPage(text.substr(begin, end - begin));
        begin = end + 1;
    }
    addPage(text.substr(begin));
    return made;
}

/// Reads files of marked text.
inline std::expected<app::extraction::Extraction, app::ExtractionFailure> readMarkedText(const std::string &path,
                                                                                         const std::stop_token &)
{
    QFile file(QFile::decodeName(path.c_str()));
    if (!file.open(QIODevice::ReadOnly))
        return std::unexpected(app::ExtractionFailure{app::ExtractionFailure::Kind::Unreadable, "gone"});
    return markedText(file.readAll().toStdString());
}

/// A line for each passage or point of the prompt, at most `most`: its first words and its number.
inline std::string scriptedAnswer(std::string_view prompt, std::size_t most = 4)
{
    std::string answer;
    const auto firstWords = [](std::string_view line) {
        std::size_t end = 0;
        for (int words = 0; words < 6 && end != std::string_view::npos; ++words)
            end = line.find(' ', end + 1);
        return std::string(line.substr(0, end));
    };
    for (std::size_t begin = 0; begin < prompt.size() && most > 0;) {
        const std::size_t end = std::min(prompt.find('\n', begin), prompt.size());
        const std::string_view line = prompt.substr(begin, end - begin);
        begin = end + 1;
        const std::size_t open = line.rfind('[');
        if (open == std::string_view::npos || !line.ends_with(']'))
            continue;
        answer += (line.starts_with("- ") ? "" : "- ") + firstWords(line) + ' ' + std::string(line.substr(open)) + '\n';
        --most;
    }
    return answer;
}

/// Answers every generation of a ScriptedInference, after `pauseMs` each.
class ScriptedModel : public QObject {
public:
    explicit ScriptedModel(app::ScriptedInference &inference, int pauseMs = 0)
    {
        connect(&inference, &app::ScriptedInference::started, this, [this, &inference, pauseMs] {
            const app::GenerationId id = inference.running()->id;
            QTimer::singleShot(pauseMs, this, [this, &inference, id] {
                // Whoever reads may end it, and the next one runs then.
                const auto runs = [&] { return inference.running() != nullptr && inference.running()->id == id; };
                if (!runs())
                    return;
                prompts.push_back(inference.running()->request.messages.back().content);
                const std::string text = answer ? answer(prompts.back()) : scriptedAnswer(prompts.back());
                inference.write(QString::fromStdString(text).first(text.size() / 2));
                if (runs())
                    inference.write(QString::fromStdString(text).sliced(text.size() / 2));
                if (runs())
                    inference.finish();
            });
        });
    }

    std::function<std::string(const std::string &prompt)> answer; ///< empty: scriptedAnswer(), for ASCII
    std::vector<std::string> prompts;                             ///< that were answered
};

} // namespace tests
