// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/oracles/oracle_model.h"

#include "tests/support/seeded_weights.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace tests {

using inference::TensorType;
using nlohmann::json;

namespace {

void addEntry(GgufWriter &writer, const std::string &prefix, const json &entry)
{
    const std::string key = prefix + "." + entry.at(0).get<std::string>();
    const std::string type = entry.at(1);
    const json &value = entry.at(2);
    if (type == "u32") {
        writer.u32(key, value);
    } else if (type == "f32") {
        writer.f32(key, value);
    } else if (type == "string") {
        writer.string(key, value.get<std::string>());
    } else if (type == "bool") {
        writer.boolean(key, value);
    } else if (type == "bools") {
        writer.booleans(key, value.get<std::vector<bool>>());
    } else if (type == "i32s") {
        writer.i32s(key, value.get<std::vector<int>>());
    } else if (type == "f32s") {
        std::vector<float> numbers;
        for (const json &number : value) { // null stands for minus infinity, which JSON has not
            numbers.push_back(number.is_null() ? -INFINITY : number.get<float>());
        }
        writer.f32s(key, numbers);
    } else {
        throw std::invalid_argument(key + " has the unknown type " + type);
    }
}

OracleModel::Tensor tensorOf(const json &description)
{
    OracleModel::Tensor tensor;
    tensor.name = description.at("name");
    tensor.shape = description.at("shape").get<std::vector<std::uint64_t>>();
    const std::string kind = description.at("kind");
    if (kind == "values") {
        tensor.kind = OracleModel::Tensor::Kind::Values;
        tensor.numbers = description.at("numbers").get<std::vector<float>>();
        return tensor;
    }
    tensor.exponent = description.at("exponent");
    if (kind == "fp4") {
        tensor.kind = OracleModel::Tensor::Kind::Fp4;
    } else if (kind == "vector") {
        tensor.kind = OracleModel::Tensor::Kind::Vector;
        tensor.mean = description.at("mean");
    }
    return tensor;
}

OracleModel readModel(const std::filesystem::path &path)
{
    std::ifstream in(path);
    const json description = json::parse(in);
    OracleModel model;
    model.name = path.stem().string();
    model.architecture = description.at("architecture");
    model.seed = description.at("seed");
    model.context = description.at("context");
    model.vocabulary = description.at("vocabulary");
    model.width = description.value("width", model.vocabulary);
    model.embeds = description.contains("width");
    model.second = description.value("second", model.second);
    model.prompt = description.at("prompt").get<std::vector<inference::TokenId>>();
    model.metadata.string("general.architecture", model.architecture);
    for (const json &entry : description.at("metadata")) {
        addEntry(model.metadata, model.architecture, entry);
    }
    for (const json &tensor : description.at("tensors")) {
        model.tensors.push_back(tensorOf(tensor));
    }
    model.logits = readLogits(std::filesystem::path(path).replace_extension(".f32"));
    if (model.logits.size() != model.rows() * model.width || model.rows() > model.prompt.size()) {
        throw std::runtime_error(model.name + ": the logits are not those of the prompt's last rows");
    }
    return model;
}

} // namespace

std::vector<double> readLogits(const std::filesystem::path &path)
{
    std::ifstream in(path, std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(in), {});
    std::vector<float> numbers(bytes.size() / sizeof(float));
    std::memcpy(numbers.data(), bytes.data(), numbers.size() * sizeof(float));
    return {numbers.begin(), numbers.end()};
}

bool OracleModel::isQuantized() const
{
    return std::ranges::contains(tensors, Tensor::Kind::Fp4, &Tensor::kind);
}

bool OracleModel::fits(TensorType type) const
{
    return std::ranges::all_of(tensors, [type](const Tensor &tensor) {
        return tensor.kind != Tensor::Kind::Matrix || tensor.shape[0] % inference::traits(type).blockWeights == 0;
    });
}

Bytes OracleModel::file(TensorType type) const
{
    GgufWriter writer = metadata;
    for (const Tensor &tensor : tensors) {
        std::uint64_t count = 1;
        for (const std::uint64_t dimension : tensor.shape) {
            count *= dimension;
        }
        const WeightStream stream{.seed = seed, .tensor = tensor.name};
        if (tensor.kind == Tensor::Kind::Matrix) {
            writer.tensor(tensor.name, tensor.shape, type, seededMatrix(stream, count, tensor.exponent, type));
            continue;
        }
        if (tensor.kind == Tensor::Kind::Fp4) {
            writer.tensor(tensor.name, tensor.shape, TensorType::MXFP4, seededFp4(stream, count, tensor.exponent));
            continue;
        }
        Bytes bytes;
        if (tensor.kind == Tensor::Kind::Vector) {
            bytes = seededVector(stream, count, tensor.mean, tensor.exponent);
        }
        for (const float number : tensor.numbers) {
            append(bytes, number);
        }
        writer.tensor(tensor.name, tensor.shape, TensorType::F32, std::move(bytes));
    }
    return writer.bytes();
}

std::vector<OracleModel> oracleModels(const std::filesystem::path &folder)
{
    std::vector<OracleModel> models;
    for (const auto &entry : std::filesystem::directory_iterator(folder)) {
        if (std::filesystem::exists(std::filesystem::path(entry.path()).replace_extension(".f32")) &&
            entry.path().extension() == ".json") {
            models.push_back(readModel(entry.path()));
        }
    }
    std::ranges::sort(models, {}, &OracleModel::name);
    return models;
}

void reportFidelity(const OracleModel &model, std::string_view column, double error)
{
    if (const char *path = std::getenv("CARREL_FIDELITY_REPORT")) {
        std::ofstream(path, std::ios::app) << model.name << '\t' << column << '\t' << error << '\n';
    }
}

} // namespace tests
