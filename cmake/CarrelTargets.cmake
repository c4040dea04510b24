# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What every target of the tree shares: warnings, sanitizers, and the helpers that declare libraries and tests.

add_library(carrel_options INTERFACE)
target_include_directories(carrel_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(carrel_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor -Woverloaded-virtual
  -Wimplicit-fallthrough -Wno-missing-field-initializers -Werror=return-type -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)
if(CARREL_SANITIZE)
  target_compile_options(carrel_options INTERFACE -fsanitize=${CARREL_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(carrel_options INTERFACE -fsanitize=${CARREL_SANITIZE})
endif()
find_program(CARREL_MOLD mold)
if(CARREL_MOLD)
  target_link_options(carrel_options INTERFACE -fuse-ld=mold)
endif()

# carrel_library(NAME SOURCES ... [PUBLIC libs...] [PRIVATE libs...])
# A static library of the tree with the shared options.
function(carrel_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_link_libraries(${name} PUBLIC carrel_options ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
endfunction()

# A test that hangs is ended. The time is for a slow machine; sanitizers make everything about ten times slower.
set(CARREL_TEST_TIMEOUT 1200)
if(CARREL_SANITIZE)
  set(CARREL_TEST_TIMEOUT ${CARREL_TEST_TIMEOUT}0)
endif()

# carrel_catch_test(NAME SOURCES ... LIBS ... [LABELS ...])
# One Catch2 program, registered as one ctest test. Tests find fixtures through CARREL_FIXTURES.
function(carrel_catch_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;LIBS;LABELS" ${ARGN})
  if(NOT arg_LABELS)
    set(arg_LABELS unit)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE carrel_options ${arg_LIBS} Catch2::Catch2WithMain)
  target_compile_definitions(${name} PRIVATE CARREL_FIXTURES="${CMAKE_CURRENT_SOURCE_DIR}/fixtures")
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${CARREL_TEST_TIMEOUT})
  # The longest go first, so that no core idles at the end of a first run.
  if("gpu" IN_LIST arg_LABELS)
    set_tests_properties(${name} PROPERTIES COST 100)
  endif()
endfunction()

# carrel_qt_test(NAME SOURCES ... LIBS ... [LABELS ...])
# One Qt Test program, registered as one ctest test that needs no display.
function(carrel_qt_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;LIBS;LABELS" ${ARGN})
  if(NOT arg_LABELS)
    set(arg_LABELS unit)
  endif()
  add_executable(${name} ${arg_SOURCES})
  set_target_properties(${name} PROPERTIES AUTOMOC ON)
  target_link_libraries(${name} PRIVATE carrel_options ${arg_LIBS} Qt6::Test)
  target_compile_definitions(${name} PRIVATE CARREL_FIXTURES="${CMAKE_CURRENT_SOURCE_DIR}/fixtures")
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${CARREL_TEST_TIMEOUT}
    ENVIRONMENT "QT_QPA_PLATFORM=offscreen;QT_QUICK_BACKEND=software")
endfunction()
