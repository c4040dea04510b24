// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// How long a search takes in a large index. One JSON object.
//
//   index_bench fill FOLDER [PASSAGES 100000]
//   index_bench search FOLDER [QUESTIONS 200]
//
// `fill` makes an index of passages of 180 words, drawn by Zipf's law with an offset of 10 (Mandelbrot) from 60,000
// made-up ones, and of random vectors of 384 numbers; always the same. `search` asks it by words and by vector:
// questions of rare and frequent words, and questions all of whose words stand in about a third of the passages.
// Milliseconds are processor time.
#include "storage/document_store.h"
#include "storage/embedding_store.h"
#include "storage/passage_search.h"
#include "storage/vector_index.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace {

constexpr std::size_t kVocabulary = 60'000;
constexpr std::size_t kWordsOfPassage = 180;
constexpr std::size_t kPassagesOfDocument = 100;
constexpr std::int32_t kWidth = 384;
const std::string kEmbedder(64, 'e');

[[noreturn]] void fail(const std::string &why)
{
    std::fprintf(stderr, "index_bench: %s\n", why.c_str());
    std::exit(1);
}

template <class T>
T need(storage::Result<T> result)
{
    if (!result) {
        fail(result.error().detail);
    }
    if constexpr (!std::is_void_v<T>) {
        return std::move(*result);
    }
}

/// Words by rank, of syllables, so that no two have one stem by chance alone.
std::string wordOf(std::size_t rank)
{
    constexpr std::string_view consonants = "bdfgklmnprtvz";
    constexpr std::string_view vowels = "aou";
    std::string word;
    for (std::size_t rest = rank + 100; rest > 0; rest /= consonants.size() * vowels.size()) {
        const std::size_t syllable = rest % (consonants.size() * vowels.size());
        word += consonants[syllable / vowels.size()];
        word += vowels[syllable % vowels.size()];
    }
    return word + 'k';
}

class Language {
public:
    Language()
    {
        double sum = 0;
        for (std::size_t rank = 0; rank < kVocabulary; ++rank) {
            sum += 1.0 / static_cast<double>(rank + 10);
            m_sums.push_back(sum);
            m_words.push_back(wordOf(rank));
        }
    }

    /// Of the distribution; the standard's distributions differ between libraries.
    std::string_view draw(std::mt19937_64 &random) const
    {
        const double at = static_cast<double>(random() >> 11) * 0x1p-53 * m_sums.back();
        return m_words[static_cast<std::size_t>(std::ranges::upper_bound(m_sums, at) - m_sums.begin())];
    }
    [[nodiscard]] const std::string &word(std::size_t rank) const { return m_words[rank]; }

private:
    std::vector<double> m_sums;
    std::vector<std::string> m_words;
};

std::vector<float> unitVector(std::mt19937_64 &random)
{
    std::vector<float> vector;
    double squares = 0;
    for (std::int32_t i = 0; i < kWidth; ++i) {
        const double value = static_cast<double>(random() >> 11) * 0x1p-52 - 1;
        squares += value * value;
        vector.push_back(static_cast<float>(value));
    }
    for (float &value : vector) {
        value = static_cast<float>(static_cast<double>(value) / std::sqrt(squares));
    }
    return vector;
}

storage::OpenedIndex open(const std::string &folder)
{
    auto opened = storage::IndexDatabase::open({.path = folder + "/index.db"});
    if (!opened.database) {
        fail(opened.detail);
    }
    return opened;
}

void fill(const std::string &folder, std::size_t passages)
{
    const auto opened = open(folder);
    storage::IndexDatabase &index = *opened.database;
    storage::DocumentStore documents(index);
    storage::EmbeddingStore embeddings(index);
    const storage::Embedder embedder = need(embeddings.embedder(kEmbedder, "random", kWidth));
    const Language language;
    std::mt19937_64 random(1);
    for (std::size_t made = 0; made < passages; made += kPassagesOfDocument) {
        const std::string name = "document " + std::to_string(made / kPassagesOfDocument);
        std::string hash = std::to_string(made);
        hash.insert(0, 64 - hash.size(), '0');
        const auto file = need(documents.noteFile("bench", "/" + name, 1, 1));
        storage::Document document = need(documents.linkContent(file.id, hash, 1));
        need(documents.beginReading(document.id));
        std::vector<storage::Passage> texts;
        for (std::size_t i = 0; i < std::min(kPassagesOfDocument, passages - made); ++i) {
            storage::Passage passage{.number = static_cast<std::int32_t>(i), .heading = name};
            for (std::size_t word = 0; word < kWordsOfPassage; ++word) {
                passage.text += language.draw(random);
                passage.text += ' ';
            }
            passage.textEnd = static_cast<std::int64_t>(passage.text.size());
            texts.push_back(std::move(passage));
        }
        need(documents.addPassages(document.id, texts));
        document.state = storage::DocumentState::Read;
        need(documents.finishReading(document));
        std::vector<storage::PassageVector> vectors;
        for (const storage::Passage &passage :
             need(embeddings.withoutVectors(embedder.id, document.id, kPassagesOfDocument))) {
            vectors.push_back({.passage = passage.id, .values = unitVector(random)});
        }
        need(embeddings.add(embedder.id, vectors));
        need(embeddings.finishDocument(embedder.id, document.id));
    }
    std::puts(nlohmann::json{{"passages", passages}}.dump().c_str());
}

double processorMs()
{
    return static_cast<double>(std::clock()) * 1e3 / CLOCKS_PER_SEC;
}

double residentMiB()
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmRSS:")) {
            return std::strtod(line.c_str() + 6, nullptr) / 1024;
        }
    }
    return 0;
}

nlohmann::json summary(std::vector<double> values)
{
    std::ranges::sort(values);
    return {{"median", values[values.size() / 2]}, {"p95", values[values.size() * 95 / 100]}, {"most", values.back()}};
}

void search(const std::string &folder, std::size_t questions)
{
    const auto begin = std::chrono::steady_clock::now();
    const double beginMs = processorMs();
    const auto opened = open(folder);
    storage::IndexDatabase &index = *opened.database;
    const auto embedder = need(storage::EmbeddingStore(index).latest());
    if (!embedder) {
        fail("the index has no vectors: fill it first");
    }
    const auto vectors = need(storage::VectorIndex::load(index, *embedder));
    const double openMs = processorMs() - beginMs;
    const std::chrono::duration<double, std::milli> openWall = std::chrono::steady_clock::now() - begin;

    const Language language;
    std::mt19937_64 random(2);
    storage::PassageSearch search(index);
    std::size_t found = 0;
    const auto measure = [&](const auto &question) {
        std::vector<double> milliseconds;
        for (std::size_t i = 0; i < questions; ++i) {
            const std::string text = question();
            const std::vector<float> vector = unitVector(random);
            const double start = processorMs();
            found += need(search.search(text, vector, &vectors, 10, {})).size();
            milliseconds.push_back(processorMs() - start);
        }
        return summary(std::move(milliseconds));
    };
    const auto mixed = measure([&] {
        std::string text;
        for (int word = 0; word < 8; ++word) {
            text += std::string(language.draw(random)) + ' ';
        }
        return text;
    });
    // Ranks whose words stand in a quarter to two fifths of the passages.
    const auto frequent = measure([&] {
        std::string text;
        for (int word = 0; word < 5; ++word) {
            text += language.word(30 + random() % 30) + ' ';
        }
        return text;
    });
    const nlohmann::json result = {{"passages", vectors.size()},
                                   {"open_ms", openMs},
                                   {"open_wall_ms", openWall.count()},
                                   {"search_ms", mixed},
                                   {"frequent_words_ms", frequent},
                                   {"resident_mib", residentMiB()},
                                   {"vectors_mib", static_cast<double>(vectors.bytes()) / (1U << 20U)},
                                   {"found", found}};
    std::puts(result.dump().c_str());
}

} // namespace

int main(int argc, char **argv)
{
    const std::string mode = argc > 2 ? argv[1] : "";
    const std::size_t number = argc > 3 ? std::strtoul(argv[3], nullptr, 10) : 0;
    if (mode == "fill") {
        fill(argv[2], number > 0 ? number : 100'000);
    } else if (mode == "search") {
        search(argv[2], number > 0 ? number : 200);
    } else {
        fail("usage: index_bench fill FOLDER [PASSAGES] | search FOLDER [QUESTIONS]");
    }
    return 0;
}
