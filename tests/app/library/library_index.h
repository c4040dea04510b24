// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/index_thread.h"
#include "app/platform/broker.h"
#include "app/text_embedder.h"
#include "tests/app/library/question_set.h"

#include <QTemporaryDir>

#include <map>
#include <memory>

namespace tests {

/// The library as the program indexes it: read by carrel-extract, divided, embedded. Ends the program where it cannot.
class LibraryIndex {
public:
    /// `embedder` may be null; both are borrowed. Blocks until every document has its state.
    LibraryIndex(app::platform::Broker &broker, app::TextEmbedder *embedder);

    /// By the name of the file.
    [[nodiscard]] const std::map<QString, storage::FileStatus> &files() const { return m_files; }
    /// Where a span stands in its document's text; nothing unless its page has it exactly once.
    std::optional<ByteRange> locate(const GoldSpan &span);
    /// Best first; by words alone with an empty vector, by meaning alone with an empty question.
    std::vector<storage::PassageHit> search(const std::string &question, const std::vector<float> &vector,
                                            std::size_t limit);
    /// Passages of all documents.
    [[nodiscard]] std::int64_t passages() const;
    /// Whether a passage holds at least half of what stands in a range of a document.
    [[nodiscard]] bool holds(const storage::Passage &passage, const GoldSpan &span, const ByteRange &range) const;

    /// A call on the index's thread; ends the program when it fails.
    template <class Function>
    auto ask(Function function)
    {
        auto result = m_index.run(std::move(function)).take();
        if (!result)
            fail(result.error().detail);
        return std::move(*result);
    }

private:
    [[noreturn]] static void fail(const std::string &why);

    QTemporaryDir m_folder;
    app::IndexThread m_index;
    std::map<QString, storage::FileStatus> m_files;
    bool m_withVectors = false;
};

} // namespace tests
