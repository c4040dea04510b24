# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
#
# QML modules of the window, and the programs that show it.

option(CARREL_QML_CACHEGEN "Compile QML ahead of time; off, a change of the window is built in seconds" ON)

# carrel_qml_module(NAME URI Carrel.X QML ... [SINGLETONS ...] [SOURCES ...] [DEPENDENCIES ...] [LIBS ...])
# Declares library NAME with its QML module. Executables link NAME and NAMEplugin, see carrel_qml_executable().
function(carrel_qml_module name)
  cmake_parse_arguments(arg "" "URI" "QML;SINGLETONS;SOURCES;DEPENDENCIES;LIBS" ${ARGN})
  set_source_files_properties(${arg_SINGLETONS} PROPERTIES QT_QML_SINGLETON_TYPE TRUE)
  foreach(file IN LISTS arg_QML arg_SINGLETONS)
    get_filename_component(alias ${file} NAME)
    set_source_files_properties(${file} PROPERTIES QT_RESOURCE_ALIAS ${alias})
  endforeach()
  qt_add_library(${name} STATIC)
  set(cachegen)
  if(NOT CARREL_QML_CACHEGEN)
    set(cachegen NO_CACHEGEN)
  endif()
  qt_add_qml_module(${name} ${cachegen}
    URI ${arg_URI}
    VERSION 1.0
    RESOURCE_PREFIX /qt/qml
    QML_FILES ${arg_QML} ${arg_SINGLETONS}
    SOURCES ${arg_SOURCES}
    DEPENDENCIES ${arg_DEPENDENCIES})
  # Code that qmlcachegen wrote is not held to the tree's warnings.
  get_target_property(sources ${name} SOURCES)
  list(FILTER sources INCLUDE REGEX "qmlcache")
  set_source_files_properties(${sources} PROPERTIES COMPILE_OPTIONS "-Wno-shadow;-Wno-conversion;-Wno-float-conversion")
  # Generated registration code includes headers by their bare names.
  target_include_directories(${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC carrel_options carrel_qt Qt6::Quick ${arg_LIBS})
endfunction()

# carrel_qml_executable(TARGET MODULES ...)
# Links these modules with their plugins. The import scan is off: against a shared Qt it only warns (checked with Qt 6.8.2).
function(carrel_qml_executable target)
  cmake_parse_arguments(arg "" "" "MODULES" ${ARGN})
  set_target_properties(${target} PROPERTIES QT_QML_MODULE_NO_IMPORT_SCAN TRUE)
  foreach(module IN LISTS arg_MODULES)
    target_link_libraries(${target} PRIVATE ${module} ${module}plugin)
  endforeach()
endfunction()

# carrel_window_program(TARGET)
# A program that shows the whole window, see ui/shell/window.h.
function(carrel_window_program target)
  carrel_qml_executable(${target}
    MODULES carrel_style carrel_services carrel_sources carrel_chat carrel_documents carrel_assistants carrel_compare carrel_inspector carrel_models carrel_settings carrel_shell)
  target_compile_definitions(${target} PRIVATE CARREL_VERSION="${PROJECT_VERSION}")
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endfunction()
