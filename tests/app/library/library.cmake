# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The documents that questions.json asks about, beside the samples: made, not kept; carrel_test_library, which indexes
# both; and library_bench, which prints figures. A build without tests has them too, for who asks for them by name.
include_guard(GLOBAL)
find_package(Python3 REQUIRED COMPONENTS Interpreter)
set(samples ${CMAKE_SOURCE_DIR}/resources/samples)
set(library ${CMAKE_CURRENT_LIST_DIR})
set(documents ${CMAKE_BINARY_DIR}/tests/app/library/documents)
set(names
  boiler-hk18.pdf boiler-hk24.pdf cooperativa.rtf energy.xlsx library-statutes.pdf mill-history.epub minutes-2024.docx
  minutes-2025.docx policy-conditions.odt pruning.html reglement.pdf roof-offers.eml satzung.docx well-2024.txt
  well-2025.txt)
list(TRANSFORM names PREPEND ${documents}/ OUTPUT_VARIABLE made)
list(TRANSFORM names REPLACE "(.+)" "${library}/source/\\1.md" OUTPUT_VARIABLE texts)
add_custom_command(OUTPUT ${made}
  COMMAND Python3::Interpreter ${samples}/make_samples.py ${library}/source ${documents}
  DEPENDS ${samples}/make_samples.py ${texts} ${CMAKE_SOURCE_DIR}/app/workers/extract/make_warm_up.py
  COMMENT "Making a library to ask about")
add_custom_target(test_library DEPENDS ${made})

carrel_library(carrel_test_library
  SOURCES
    ${library}/library_index.cpp ${library}/library_index.h
    ${library}/question_set.cpp ${library}/question_set.h
  PUBLIC carrel_app)
target_compile_definitions(carrel_test_library
  PRIVATE SAMPLES="${samples}" LIBRARY="${library}" LIBRARY_DOCUMENTS="${documents}")
add_dependencies(carrel_test_library test_library)

add_executable(library_bench ${library}/library_bench.cpp)
target_link_libraries(library_bench PRIVATE carrel_test_library)
add_dependencies(library_bench carrel-extract)
