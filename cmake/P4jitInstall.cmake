# What `cmake --install` and the Python wheel give to C++ programs: one library
# with all parts in it, their headers, and how CMake and pkg-config find them.
# Included last: it takes all parts that there are.
#
#   find_package(p4jit REQUIRED)
#   target_link_libraries(program PRIVATE p4jit::p4jit)
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

# In a wheel all of it is in the package's folder.
set(include_folder "${CMAKE_INSTALL_INCLUDEDIR}")
set(library_folder "${CMAKE_INSTALL_LIBDIR}")
if(SKBUILD)
  set(include_folder p4jit/include)
  set(library_folder p4jit/lib)
endif()

add_library(p4jit_library STATIC)
set_target_properties(p4jit_library PROPERTIES OUTPUT_NAME p4jit EXPORT_NAME p4jit
  LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib" ARCHIVE_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")
get_property(parts GLOBAL PROPERTY P4JIT_PARTS)
foreach(part IN LISTS parts)
  target_sources(p4jit_library PRIVATE $<TARGET_OBJECTS:p4jit_${part}>)
endforeach()
target_link_libraries(p4jit_library PUBLIC ${p4jit_fmt} ZLIB::ZLIB)
target_compile_features(p4jit_library PUBLIC cxx_std_20)
target_include_directories(p4jit_library INTERFACE $<INSTALL_INTERFACE:${include_folder}>)

install(TARGETS p4jit_library EXPORT p4jit ARCHIVE DESTINATION "${library_folder}" COMPONENT cxx)
# Debug information is nine tenths of the library.
install(CODE "execute_process(COMMAND \"${CMAKE_STRIP}\" --strip-debug
  \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${library_folder}/libp4jit.a\" COMMAND_ERROR_IS_FATAL ANY)" COMPONENT cxx)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/src/p4jit" "${PROJECT_SOURCE_DIR}/spec" DESTINATION "${include_folder}"
  COMPONENT cxx FILES_MATCHING PATTERN "*.hpp" PATTERN "*.def" PATTERN "test*" EXCLUDE)

install(EXPORT p4jit NAMESPACE p4jit:: FILE p4jit-targets.cmake DESTINATION "${library_folder}/cmake/p4jit" COMPONENT cxx)
configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/p4jit-config.cmake.in" "${PROJECT_BINARY_DIR}/p4jit-config.cmake"
  INSTALL_DESTINATION "${library_folder}/cmake/p4jit")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/p4jit-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/p4jit-config.cmake" "${PROJECT_BINARY_DIR}/p4jit-config-version.cmake"
  DESTINATION "${library_folder}/cmake/p4jit" COMPONENT cxx)

file(RELATIVE_PATH P4JIT_PC_PREFIX "/${library_folder}/pkgconfig" "/")
file(RELATIVE_PATH P4JIT_PC_INCLUDE "/" "/${include_folder}")
file(RELATIVE_PATH P4JIT_PC_LIBRARY "/" "/${library_folder}")
set(P4JIT_PC_FMT_CFLAGS -DFMT_HEADER_ONLY=1)
set(P4JIT_PC_FMT_LIBS)
if(P4JIT_SHARED_FMT)
  set(P4JIT_PC_FMT_CFLAGS)
  set(P4JIT_PC_FMT_LIBS -lfmt)
endif()
configure_file("${CMAKE_CURRENT_LIST_DIR}/p4jit.pc.in" "${PROJECT_BINARY_DIR}/p4jit.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/p4jit.pc" DESTINATION "${library_folder}/pkgconfig" COMPONENT cxx)
