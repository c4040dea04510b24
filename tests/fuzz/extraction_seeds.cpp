// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Writes the seeds of corpus/extraction_answer anew: extraction_seeds FOLDER
#include "tests/app/support/extraction_sample.h"

#include <filesystem>
#include <fstream>
#include <string>

using namespace app::extraction;

namespace {

void write(const std::filesystem::path &path, char first, std::span<const std::byte> bytes)
{
    std::ofstream out(path, std::ios::binary);
    out.put(first);
    out.write(reinterpret_cast<const char *>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

std::vector<std::byte> pictureBytes(const Picture &picture)
{
    std::vector<std::byte> bytes = encode(Hello{.landlock = 1, .filtered = true});
    const Frame frame = encode(picture);
    bytes.insert(bytes.end(), frame.begin(), frame.end());
    return bytes;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    const std::filesystem::path folder(argv[1]);
    std::filesystem::create_directories(folder);
    constexpr char kText = 0x20;
    constexpr char kPicture = 0x21;
    const Extraction sample = tests::sampleExtraction();
    const std::vector<std::byte> whole = tests::answerBytes(sample);
    write(folder / "whole", kText, whole);
    write(folder / "cut", kText, std::span(whole).first(whole.size() * 2 / 3));
    write(folder / "without_hello", kText, tests::answerBytes(sample, false));
    Extraction encrypted{.format = Format::Pdf, .state = State::Encrypted, .reason = "locked"};
    encrypted.document.parts = {{.format = Format::Pdf, .state = State::Encrypted}};
    write(folder / "encrypted", kText, tests::answerBytes(encrypted));
    Extraction overlap = sample;
    overlap.document.pages[0].blocks[1].begin = 2;
    write(folder / "overlapping_blocks", kText, tests::answerBytes(overlap));
    Extraction beyond = sample;
    beyond.document.pages[0].words[3].end = 0xFFFFFFF0;
    write(folder / "word_beyond_text", kText, tests::answerBytes(beyond));
    Extraction endless = sample;
    endless.document.parts[1].pageCount = 0xFFFFFFFF;
    write(folder / "endless_part", kText, tests::answerBytes(endless));
    Picture picture{.state = State::Read, .width = 4, .height = 3, .pixels = std::vector<std::byte>(48)};
    write(folder / "picture", kPicture, pictureBytes(picture));
    picture.width = 0x40000001;
    write(folder / "picture_of_lies", kPicture, pictureBytes(picture));
    write(folder / "no_picture", kPicture, pictureBytes({.state = State::Encrypted, .reason = "locked"}));
    return 0;
}
