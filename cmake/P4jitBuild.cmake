# What the build files share: compiler settings, p4jit_part() and p4jit_test().

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "build type" FORCE)
endif()

option(P4JIT_ASAN "build with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)
option(P4JIT_FUZZ "build the fuzz targets of tests/fuzz; needs clang" OFF)
option(P4JIT_WERROR "warnings are errors" OFF)
option(P4JIT_SHARED_FMT "use the system's fmt library, not its headers alone" OFF)

find_program(P4JIT_CCACHE ccache)
if(P4JIT_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER "${P4JIT_CCACHE}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${P4JIT_CCACHE}")
endif()

find_package(fmt REQUIRED)
find_package(ZLIB REQUIRED)
# What goes to other machines brings fmt along in its own code. With the system's
# library the same compiles in half the time.
set(p4jit_fmt fmt::fmt-header-only)
if(P4JIT_SHARED_FMT)
  set(p4jit_fmt fmt::fmt)
endif()

add_library(p4jit_options INTERFACE)
target_include_directories(p4jit_options INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src> $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
target_compile_options(p4jit_options INTERFACE
  $<$<BOOL:${P4JIT_WERROR}>:-Werror> -Wall -Wextra -Wshadow -Wno-missing-field-initializers)
target_link_libraries(p4jit_options INTERFACE ${p4jit_fmt})
# Clang: the rows of spec/isa are parsed while compiling; and it takes GNU's
# std::stable_sort to task for what that uses inside.
target_compile_options(p4jit_options INTERFACE
  "$<$<COMPILE_LANG_AND_ID:CXX,Clang>:-fconstexpr-steps=100000000;-Wno-deprecated-declarations>")
if(P4JIT_ASAN)
  target_compile_options(p4jit_options INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(p4jit_options INTERFACE -fsanitize=address,undefined)
endif()
if(P4JIT_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "The fuzz targets need clang, which has libFuzzer: cmake --preset fuzz "
      "(on Debian: apt install clang-19 libclang-rt-19-dev).")
  endif()
  target_compile_options(p4jit_options INTERFACE $<$<COMPILE_LANGUAGE:C,CXX>:-fsanitize=fuzzer-no-link>)
endif()

# p4jit_part(<name> [NEEDS <part>...] [LIBS <target>...]): the static library
# p4jit_<name> of src/p4jit/<name>/*.cpp, and the ctest test <name> of its
# *.test.cpp files. LIBS are libraries from outside.
function(p4jit_part name)
  cmake_parse_arguments(PART "" "" "NEEDS;LIBS" ${ARGN})
  set(folder "${PROJECT_SOURCE_DIR}/src/p4jit/${name}")
  if(NOT IS_DIRECTORY "${folder}")
    return()
  endif()
  file(GLOB sources CONFIGURE_DEPENDS "${folder}/*.cpp")
  file(GLOB tests CONFIGURE_DEPENDS "${folder}/*.test.cpp")
  list(REMOVE_ITEM sources ${tests})

  foreach(need IN LISTS PART_NEEDS)
    if(NOT TARGET p4jit_${need})
      list(REMOVE_ITEM PART_NEEDS ${need})
    endif()
  endforeach()

  add_library(p4jit_${name} STATIC ${sources})
  list(TRANSFORM PART_NEEDS PREPEND p4jit_ OUTPUT_VARIABLE needs)
  target_link_libraries(p4jit_${name} PUBLIC p4jit_options ${needs} ${PART_LIBS})
  set_property(GLOBAL APPEND PROPERTY P4JIT_PARTS ${name})

  if(P4JIT_TESTS AND tests)
    p4jit_test(${name} SOURCES ${tests} LIBS p4jit_${name})
  endif()
endfunction()

# p4jit_test(<name> SOURCES <file>... LIBS <target>... [APART <filter>...]): a
# doctest program p4jit_<name>_test and the ctest test <name>. The long test cases
# that a filter matches are the tests <name>_1 and so on, so that they run beside
# the others.
function(p4jit_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES;LIBS;APART" ${ARGN})
  add_executable(p4jit_${name}_test ${TEST_SOURCES} "${PROJECT_SOURCE_DIR}/tests/doctest_main.cpp")
  target_link_libraries(p4jit_${name}_test PRIVATE p4jit_options ${TEST_LIBS})
  target_compile_definitions(p4jit_${name}_test PRIVATE P4JIT_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  list(JOIN TEST_APART "," apart)
  add_test(NAME ${name} COMMAND p4jit_${name}_test "-tce=${apart}")
  set_tests_properties(${name} PROPERTIES TIMEOUT 600)
  set(number 0)
  foreach(filter IN LISTS TEST_APART)
    math(EXPR number "${number} + 1")
    add_test(NAME ${name}_${number} COMMAND p4jit_${name}_test "-tc=${filter}")
    set_tests_properties(${name}_${number} PROPERTIES TIMEOUT 600 COST 100)
  endforeach()
endfunction()

# The interpreter's handlers chain by tail calls and use the host's floating
# point as it is: see src/p4jit/machine/interpreter.cpp.
function(p4jit_interpreter_options)
  set(folder "${PROJECT_SOURCE_DIR}/src/p4jit/machine")
  set_source_files_properties("${folder}/interpreter.cpp" "${folder}/float_arithmetic.cpp" PROPERTIES
    COMPILE_OPTIONS "-O2;-foptimize-sibling-calls;-fno-math-errno;-frounding-math;-ffp-contract=off")
  # Lanes become host vectors. GCC 12 takes a lane of one type, read by a
  # variable index out of a std::bit_cast, for unrelated to the stores of lanes of
  # another type before it, and drops them; it may not reason from types here.
  set_source_files_properties("${folder}/pie_handlers.cpp" PROPERTIES
    COMPILE_OPTIONS "-O3;-foptimize-sibling-calls;-fno-strict-aliasing")
endfunction()

# p4jit_embed_firmware(<part>): the virtual board's image becomes data of the
# part's library, through its firmware_image.S.
function(p4jit_embed_firmware part)
  get_target_property(image p4jit_firmware IMAGE)
  set(source "${PROJECT_SOURCE_DIR}/src/p4jit/${part}/firmware_image.S")
  target_sources(p4jit_${part} PRIVATE "${source}")
  set_source_files_properties("${source}" PROPERTIES
    COMPILE_DEFINITIONS "P4JIT_FIRMWARE_IMAGE=\"${image}\"" OBJECT_DEPENDS "${image}")
  add_dependencies(p4jit_${part} p4jit_firmware)
endfunction()

# p4jit_carry_kernel_headers(<part>): the headers that kernels include become
# data of the part's library, through its kernel_headers.S.
function(p4jit_carry_kernel_headers part)
  set(headers "${PROJECT_SOURCE_DIR}/kernel/p4jit")
  set(source "${PROJECT_SOURCE_DIR}/src/p4jit/${part}/kernel_headers.S")
  target_sources(p4jit_${part} PRIVATE "${source}")
  set_source_files_properties("${source}" PROPERTIES
    COMPILE_OPTIONS "-Wa,-I${headers}"
    OBJECT_DEPENDS "${headers}/pie.h;${headers}/pie_instructions.h")
endfunction()
