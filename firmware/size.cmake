# Prints the code and data of each of OBJECTS, by the tool SIZE, and below them
# the stack use of each function, from the .su file beside its object.
execute_process(COMMAND ${SIZE} -t ${OBJECTS} OUTPUT_VARIABLE sizes COMMAND_ERROR_IS_FATAL ANY)
string(REGEX REPLACE "/[^\n]*/firmware/" "" sizes "${sizes}")
message("${sizes}\nbytes of stack")

set(rows)
foreach(object IN LISTS OBJECTS)
  string(REGEX REPLACE "o$" "su" usage "${object}")
  file(STRINGS "${usage}" lines)
  foreach(line IN LISTS lines)
    # core/p4_core.c:190:11:p4_core_serve<tab>80<tab>static
    if(line MATCHES ":([^:\t]+)\t([0-9]+)\t(.*)")
      string(LENGTH "${CMAKE_MATCH_2}" length)
      math(EXPR padding "7 - ${length}")
      string(REPEAT " " ${padding} padding)
      list(APPEND rows "${padding}${CMAKE_MATCH_2}  ${CMAKE_MATCH_1} (${CMAKE_MATCH_3})")
    endif()
  endforeach()
endforeach()
list(SORT rows ORDER DESCENDING)
string(REPLACE ";" "\n" rows "${rows}")
message("${rows}")
