# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Writes OUTPUT: a C++ file that holds FOLDER/NAME.spv of every NAME in NAMES.

set(text "// Generated from the kernels in shaders/.\n#include \"shaders/shader_table.h\"\n\n")
string(APPEND text "namespace inference::backend::vulkan {\n\nnamespace {\n\n")
set(entries "")
foreach(name IN LISTS NAMES)
  file(READ ${FOLDER}/${name}.spv hex HEX)
  string(REGEX REPLACE "(..)(..)(..)(..)" "0x\\4\\3\\2\\1," words "${hex}")
  string(APPEND text "const std::uint32_t k_${name}[] = {${words}};\n")
  string(APPEND entries "    {\"${name}\", k_${name}},\n")
endforeach()
string(APPEND text "\nconst ShaderCode kShaders[] = {\n${entries}};\n\n} // namespace\n\n")
string(APPEND text "std::span<const ShaderCode> shaderTable()\n{\n    return kShaders;\n}\n\n")
string(APPEND text "} // namespace inference::backend::vulkan\n")
file(WRITE ${OUTPUT} "${text}")
