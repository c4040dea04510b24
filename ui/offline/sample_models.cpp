// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/offline/sample_models.h"

#include <QBuffer>
#include <QDataStream>
#include <QDir>
#include <QFile>

namespace ui {

namespace {

// GGUF: type numbers of metadata values, and of tensors with the bytes of one block.
constexpr quint32 kU32 = 4;
constexpr quint32 kI32 = 5;
constexpr quint32 kF32 = 6;
constexpr quint32 kString = 8;
constexpr quint32 kArray = 9;
constexpr quint32 kTensorF32 = 0;
constexpr qint64 kAlignment = 32;
constexpr quint32 kVocabulary = 4096;

qint64 tensorBytes(quint32 type, qint64 weights)
{
    switch (type) {
    case kTensorF32:
        return weights * 4;
    case 3: // Q4_1
        return weights / 32 * 20;
    case 12: // Q4_K
        return weights / 256 * 144;
    default: // 13, Q5_K
        return weights / 256 * 176;
    }
}

/// Collects the header of one file.
class HeaderWriter {
public:
    HeaderWriter()
    {
        for (QDataStream *stream : {&m_entries, &m_tensors}) {
            stream->setByteOrder(QDataStream::LittleEndian);
            stream->setFloatingPointPrecision(QDataStream::SinglePrecision);
        }
    }
    void number(const char *key, quint32 value)
    {
        this->key(key, kU32);
        m_entries << value;
    }
    void real(const char *key, float value)
    {
        this->key(key, kF32);
        m_entries << value;
    }
    void text(const char *key, const QByteArray &value)
    {
        this->key(key, kString);
        string(m_entries, value);
    }
    void texts(const char *key, const QList<QByteArray> &values)
    {
        this->key(key, kArray);
        m_entries << kString << quint64(values.size());
        for (const QByteArray &value : values)
            string(m_entries, value);
    }
    void numbers(const char *key, const QList<qint32> &values)
    {
        this->key(key, kArray);
        m_entries << kI32 << quint64(values.size());
        for (const qint32 value : values)
            m_entries << value;
    }
    void tensor(const QByteArray &name, const QList<qint64> &shape, quint32 type)
    {
        string(m_tensors, name);
        m_tensors << quint32(shape.size());
        qint64 weights = 1;
        for (const qint64 length : shape) {
            m_tensors << quint64(length);
            weights *= length;
        }
        m_tensors << type << quint64(m_dataBytes);
        m_dataBytes += (tensorBytes(type, weights) + kAlignment - 1) / kAlignment * kAlignment;
        ++m_tensorCount;
    }
    /// Writes the header and gives the file its length; the data is a hole.
    bool save(const QString &path, bool complete)
    {
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly))
            return false;
        QDataStream out(&file);
        out.setByteOrder(QDataStream::LittleEndian);
        out.writeRawData("GGUF", 4);
        out << quint32(3) << quint64(m_tensorCount) << quint64(m_entryCount);
        const auto written = [&](const QByteArray &bytes) {
            return out.writeRawData(bytes.constData(), bytes.size()) == bytes.size();
        };
        if (!written(m_entryBytes) || !written(m_tensorBytes))
            return false;
        const qint64 start = (file.pos() + kAlignment - 1) / kAlignment * kAlignment;
        return file.resize(start + (complete ? m_dataBytes : m_dataBytes / 3));
    }

private:
    static void string(QDataStream &stream, const QByteArray &value)
    {
        stream << quint64(value.size());
        stream.writeRawData(value.constData(), static_cast<int>(value.size()));
    }
    void key(const char *name, quint32 type)
    {
        string(m_entries, name);
        m_entries << type;
        ++m_entryCount;
    }

    QByteArray m_entryBytes;
    QByteArray m_tensorBytes;
    QDataStream m_entries{&m_entryBytes, QIODevice::WriteOnly};
    QDataStream m_tensors{&m_tensorBytes, QIODevice::WriteOnly};
    quint64 m_entryCount = 0;
    quint64 m_tensorCount = 0;
    qint64 m_dataBytes = 0;
};

/// The characters that a vocabulary of this kind has in place of the 256 bytes.
QList<QByteArray> byteAlphabet()
{
    QList<QByteArray> alphabet;
    char32_t other = 256;
    for (int byte = 0; byte < 256; ++byte) {
        const bool printable = (byte > 32 && byte < 127) || (byte > 160 && byte != 173);
        const char32_t character = printable ? static_cast<char32_t>(byte) : other++;
        alphabet.append(QString::fromUcs4(&character, 1).toUtf8());
    }
    return alphabet;
}

/// Words that are one token each, with the space before them.
constexpr const char *kWords[] = {"Type",    "here", "and",   "see",  "what",     "the", "model",  "reads",   "words",
                                  "numbers", "like", "You",   "in",   "answer",   "one", "a",      "sky",     "blue",
                                  "Because", "air",  "light", "more", "than",     "red", "is",     "evening", "you",
                                  "are",     "when", "may",   "side", "give",     "of",  "system", "user",    "notice",
                                  "lease",   "to",   "that",  "not",  "assistant"};

void writeVocabulary(HeaderWriter &header)
{
    QList<QByteArray> tokens{"<|endoftext|>", "<|im_start|>", "<|im_end|>"};
    QList<qint32> types{3, 3, 3}; // control
    const QList<QByteArray> alphabet = byteAlphabet();
    tokens += alphabet;
    QList<QByteArray> merges;
    const QByteArray &space = alphabet.at(' ');
    for (const char *word : kWords) {
        for (const QByteArray &start : {QByteArray(), space}) {
            QByteArray whole = start;
            for (const char *letter = word; *letter != 0; ++letter) {
                const QByteArray longer = whole + *letter;
                if (!whole.isEmpty() && !tokens.contains(longer)) {
                    merges.append(whole + ' ' + *letter);
                    tokens.append(longer);
                }
                whole = longer;
            }
        }
    }
    while (tokens.size() < kVocabulary)
        tokens.append("word" + QByteArray::number(tokens.size()));
    types.resize(kVocabulary, 1);
    header.text("tokenizer.ggml.model", "gpt2");
    header.text("tokenizer.ggml.pre", "smollm");
    header.texts("tokenizer.ggml.tokens", tokens);
    header.numbers("tokenizer.ggml.token_type", types);
    header.texts("tokenizer.ggml.merges", merges);
    header.number("tokenizer.ggml.bos_token_id", 1);
    header.number("tokenizer.ggml.eos_token_id", 2);
    header.text("tokenizer.chat_template",
                "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + "
                "'<|im_end|>' + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}"
                "{% endif %}");
}

} // namespace

bool writeSampleModel(const QString &folder, const SampleModel &model)
{
    HeaderWriter header;
    header.text("general.architecture", "llama");
    header.text("general.name", model.name.toUtf8());
    header.text("general.size_label", model.sizeLabel.toUtf8());
    header.text("general.license", model.license.toUtf8());
    header.number("general.file_type", model.fileType);
    header.number("llama.context_length", model.contextLength);
    header.number("llama.embedding_length", model.width);
    header.number("llama.block_count", model.layers);
    header.number("llama.feed_forward_length", model.hidden);
    header.number("llama.attention.head_count", model.heads);
    header.number("llama.attention.head_count_kv", model.kvHeads);
    header.real("llama.attention.layer_norm_rms_epsilon", 1e-5F);
    header.number("llama.rope.dimension_count", model.width / model.heads);
    header.real("llama.rope.freq_base", 10000.0F);
    header.number("llama.vocab_size", kVocabulary);
    writeVocabulary(header);

    const qint64 width = model.width;
    const qint64 kvWidth = width / model.heads * model.kvHeads;
    const quint32 type = model.tensorType;
    header.tensor("token_embd.weight", {width, kVocabulary}, type);
    for (quint32 layer = 0; layer < model.layers; ++layer) {
        const QByteArray block = "blk." + QByteArray::number(layer) + '.';
        header.tensor(block + "attn_norm.weight", {width}, kTensorF32);
        header.tensor(block + "attn_q.weight", {width, width}, type);
        header.tensor(block + "attn_k.weight", {width, kvWidth}, type);
        header.tensor(block + "attn_v.weight", {width, kvWidth}, type);
        header.tensor(block + "attn_output.weight", {width, width}, type);
        header.tensor(block + "ffn_norm.weight", {width}, kTensorF32);
        header.tensor(block + "ffn_gate.weight", {width, model.hidden}, type);
        header.tensor(block + "ffn_up.weight", {width, model.hidden}, type);
        header.tensor(block + "ffn_down.weight", {model.hidden, width}, type);
    }
    header.tensor("output_norm.weight", {width}, kTensorF32);
    return QDir().mkpath(folder) && header.save(folder + QLatin1Char('/') + model.fileName, model.complete);
}

std::vector<SampleModel> sampleModels()
{
    const auto text = [](const char *words) { return QString::fromUtf8(words); };
    return {
        // Converters name a file after the folder of a training run.
        {.name = text("Smollm2 135M 8k Lc100K Mix1 Ep2"),
         .fileName = text("SmolLM2-135M-Instruct.Q4_1.gguf"),
         .sizeLabel = text("135M"),
         .license = text("apache-2.0"),
         .fileType = 3,
         .tensorType = 3,
         .contextLength = 8192,
         .layers = 30,
         .width = 576,
         .hidden = 2304,
         .heads = 9,
         .kvHeads = 3},
        {.name = text("Llama 3.2 3B Instruct"),
         .fileName = text("Llama-3.2-3B-Instruct-Q4_K_M.gguf"),
         .sizeLabel = text("3B"),
         .license = text("llama3.2"),
         .fileType = 15,
         .tensorType = 12,
         .contextLength = 131072,
         .layers = 28,
         .width = 3072,
         .hidden = 9216,
         .heads = 24,
         .kvHeads = 8},
        {.name = text("Llama 3.1 8B Instruct"),
         .fileName = text("Llama-3.1-8B-Instruct-Q4_K_M.gguf"),
         .sizeLabel = text("8B"),
         .license = text("llama3.1"),
         .fileType = 15,
         .tensorType = 12,
         .contextLength = 131072,
         .layers = 32,
         .width = 4096,
         .hidden = 16384,
         .heads = 32,
         .kvHeads = 8},
        {.name = text("Llama 3.3 70B Instruct"),
         .fileName = text("Llama-3.3-70B-Instruct-Q5_K_M.gguf"),
         .sizeLabel = text("70B"),
         .license = text("llama3.3"),
         .fileType = 17,
         .tensorType = 13,
         .contextLength = 131072,
         .layers = 80,
         .width = 8192,
         .hidden = 28672,
         .heads = 64,
         .kvHeads = 8},
        {.name = text("Mistral 7B Instruct"),
         .fileName = text("Mistral-7B-Instruct-v0.3.Q4_K_M.gguf"),
         .sizeLabel = text("7B"),
         .license = text("apache-2.0"),
         .fileType = 15,
         .tensorType = 12,
         .contextLength = 32768,
         .layers = 32,
         .width = 4096,
         .hidden = 14336,
         .heads = 32,
         .kvHeads = 8,
         .complete = false},
    };
}

bool writeSampleModels(const QString &folder)
{
    for (const SampleModel &model : sampleModels()) {
        if (!writeSampleModel(folder, model))
            return false;
    }
    return true;
}

bool writeSampleForeignModels(const QString &home)
{
    const std::vector<SampleModel> samples = sampleModels();
    SampleModel broken = samples.back();
    broken.complete = false;
    const QString studio = home + QStringLiteral("/.lmstudio/models/bartowski/Llama-3.2-3B-Instruct-GGUF");
    const QString nomic = home + QStringLiteral("/.local/share/nomic.ai/GPT4All");
    return writeSampleModel(studio, samples[1]) && writeSampleModel(nomic, samples[0]) &&
           writeSampleModel(nomic, broken);
}

std::vector<app::DeviceValue> sampleDevices()
{
    constexpr quint64 kGiB = 1ULL << 30U;
    const auto text = [](const char *words) { return QString::fromUtf8(words); };
    return {
        {.id = text("cpu"),
         .name = text("AMD Ryzen 7 7840U"),
         .driver = text("AVX-512"),
         .deviceClass = app::DeviceClass::Cpu,
         .memoryBytes = 32 * kGiB,
         .freeBytes = 24 * kGiB,
         .usable = true},
        {.id = text("vulkan:0"),
         .uuid = text("radeon"),
         .name = text("Radeon 780M"),
         .driver = text("RADV 25.0.7"),
         .deviceClass = app::DeviceClass::IntegratedGpu,
         .memoryBytes = 16 * kGiB,
         .freeBytes = 14 * kGiB,
         .usable = true,
         .tried = true},
        {.id = text("vulkan:1"),
         .uuid = text("geforce"),
         .name = text("GeForce MX450"),
         .driver = text("NVIDIA 550.163"),
         .deviceClass = app::DeviceClass::DiscreteGpu,
         .memoryBytes = 2 * kGiB,
         .usable = true,
         .tried = true,
         .quarantined = true,
         .reason = text("Its driver made Carrel end when it was used last.")},
        {.id = text("vulkan:2"),
         .uuid = text("llvmpipe"),
         .name = text("llvmpipe"),
         .driver = text("Mesa 25.0.7"),
         .deviceClass = app::DeviceClass::SoftwareGpu,
         .memoryBytes = 32 * kGiB,
         .usable = true},
    };
}

} // namespace ui
