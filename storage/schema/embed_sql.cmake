# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
#
# cmake -DOUTPUT=FILE -DFUNCTION=migrations -DINPUTS=A.sql,B.sql -P embed_sql.cmake: writes C++ with the numbered
# migrations as text, and the function of storage/schema/migrations.h that returns them.
set(rows "")
string(REPLACE "," ";" inputs "${INPUTS}")
foreach(input IN LISTS inputs)
  get_filename_component(stem "${input}" NAME_WE)
  if(NOT stem MATCHES "^([0-9][0-9][0-9][0-9])_[a-z0-9_]+$")
    message(FATAL_ERROR "${input}: a migration is named NNNN_what_it_does.sql")
  endif()
  set(number "${CMAKE_MATCH_1}")
  string(REGEX REPLACE "^0+" "" version "${number}")
  file(READ "${input}" sql)
  string(APPEND rows "    {${version}, \"${stem}\", R\"__sql__(${sql})__sql__\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "#include \"storage/schema/migrations.h\"

namespace storage::schema {

namespace {
constexpr Migration kMigrations[] = {
${rows}};
}

std::span<const Migration> ${FUNCTION}() { return kMigrations; }

} // namespace storage::schema
")
