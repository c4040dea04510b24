// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// carrel-probe: finds graphics devices and tries them, in a process that a broken driver may take down.
//
// Standard input and output are pipes with one JSON object a line. The first line in says what to do:
//   {"cache": FOLDER, "drivers": [MANIFEST, …]}      without "drivers": all that the Vulkan loader finds
// Before everything that enters a driver this program announces it and waits for "go", so that the other side can leave
// a mark first, or answer "no":
//   out {"step": "list"}                 in  "go"   out {"devices": […], "why": TEXT}
//   out {"step": "try", "uuid": UUID}    in  "go"   out {"tried": UUID, "ok": BOOL, "reason": TEXT, "ms": NUMBER}
//   out {"done": true}
// Software devices come last: whether they are wanted may depend on the real ones.
#include "app/platform/network_ban.h"
#include "inference/driver_files.h"
#include "inference/probe.h"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

namespace {

using nlohmann::json;

void say(const json &object)
{
    // Drivers name themselves as they like.
    std::cout << object.dump(-1, ' ', false, json::error_handler_t::replace) << '\n' << std::flush;
}

// False when the other side does not want it. Ends when it is gone.
bool announce(const json &step)
{
    say(step);
    std::string answer;
    if (!std::getline(std::cin, answer))
        std::_Exit(1);
    return answer == "go";
}

const char *kindName(inference::DeviceKind kind)
{
    switch (kind) {
    case inference::DeviceKind::Cpu:
        return "cpu";
    case inference::DeviceKind::DiscreteGpu:
        return "discrete";
    case inference::DeviceKind::IntegratedGpu:
        return "integrated";
    case inference::DeviceKind::VirtualGpu:
        return "virtual";
    case inference::DeviceKind::SoftwareGpu:
        return "software";
    }
    return "software";
}

json describe(const inference::DeviceInfo &device)
{
    return {{"id", device.id},
            {"kind", kindName(device.kind)},
            {"name", device.name},
            {"driver", device.driver},
            {"uuid", device.uuid},
            {"memory_bytes", device.memoryBytes},
            {"free_bytes", device.freeBytes},
            {"usable", device.usable},
            {"reason", device.reason}};
}

struct Task {
    std::string cache;
    std::optional<std::vector<std::filesystem::path>> drivers = {};
};

bool readTask(Task &task)
{
    std::string line;
    if (!std::getline(std::cin, line))
        return false;
    const json object = json::parse(line, nullptr, false);
    if (!object.is_object() || !object.contains("cache") || !object["cache"].is_string())
        return false;
    task.cache = object["cache"].get<std::string>();
    if (!object.contains("drivers"))
        return true;
    if (!object["drivers"].is_array())
        return false;
    task.drivers.emplace();
    for (const json &manifest : object["drivers"]) {
        if (!manifest.is_string())
            return false;
        task.drivers->emplace_back(manifest.get<std::string>());
    }
    return true;
}

void tryDevice(const inference::DeviceInfo &device, const Task &task)
{
    if (!device.usable || !announce({{"step", "try"}, {"uuid", device.uuid}}))
        return;
    const inference::ProbeResult result = inference::probeDevice(device, task.cache);
    say({{"tried", device.uuid}, {"ok", result.ok}, {"reason", result.reason}, {"ms", result.milliseconds}});
}

int probe()
{
    // Where the system has no seccomp, the program that started this one has already asked the user.
    [[maybe_unused]] const auto ban = app::platform::banNetwork(app::platform::RefusalMode::Silent);
    Task task;
    if (!readTask(task))
        return 2;
    if (task.drivers)
        inference::useDrivers({}, task.drivers);
    if (!announce({{"step", "list"}}))
        return 1;
    std::string why;
    const std::vector<inference::DeviceInfo> devices = inference::listDevices(&why);
    json described = json::array();
    for (const inference::DeviceInfo &device : devices)
        described.push_back(describe(device));
    say({{"devices", described}, {"why", why}});
    for (const bool software : {false, true}) {
        for (const inference::DeviceInfo &device : devices) {
            if (device.kind != inference::DeviceKind::Cpu &&
                software == (device.kind == inference::DeviceKind::SoftwareGpu))
                tryDevice(device, task);
        }
    }
    say({{"done", true}});
    return 0;
}

} // namespace

int main()
{
    int status = 1;
    try {
        status = probe();
    } catch (const std::exception &error) {
        std::cerr << "carrel-probe: " << error.what() << '\n';
    }
    // Drivers may crash while they are unloaded, too; the result is out.
    std::cout.flush();
    std::_Exit(status);
}
