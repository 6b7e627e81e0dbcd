# bench_protocol: protocol v1 against v2. A test keeps it alive, untimed.
add_executable(bench_protocol "${CMAKE_CURRENT_LIST_DIR}/protocol.cpp")
target_link_libraries(bench_protocol PRIVATE p4jit_options p4jit_jit)
if(P4JIT_TESTS)
  add_test(NAME bench_protocol COMMAND bench_protocol 0.02)
endif()
