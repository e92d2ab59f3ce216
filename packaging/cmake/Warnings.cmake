# prunescope_target(TARGET): what holds for every target of ours.
# nvcc's host code gets no -Wpedantic: the code that nvcc generates is not pedantic itself.
function(prunescope_target target)
    target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR})
    target_compile_options(${target} PRIVATE
        $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wshadow -Wpedantic>
        $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<BOOL:${PRUNESCOPE_WERROR}>>:-Werror>
        "$<$<COMPILE_LANGUAGE:CUDA>:SHELL:-Xcompiler=-Wall,-Wextra,-Wshadow>"
        "$<$<AND:$<COMPILE_LANGUAGE:CUDA>,$<BOOL:${PRUNESCOPE_WERROR}>>:SHELL:-Werror all-warnings -Xcompiler=-Werror>")
endfunction()
