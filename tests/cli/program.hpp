#pragma once
#include <string>

/// What a run of the program left behind.
struct Ended {
  /// 128 + the signal, as a shell says it, when a signal ended it.
  int code = -1;
  std::string out;
  std::string err;
};

/// Runs the program as a shell would, in `folder`, both streams into files. `arguments` are in the shell's
/// words.
Ended run_program(const std::string& folder, const std::string& arguments,
                  const std::string& environment = {});

/// Runs it in a terminal of 100 columns; `out` is all that the terminal was sent. When `interrupt_at` shows
/// up there, Ctrl-C is pressed.
Ended run_in_terminal(const std::string& folder, const std::string& arguments,
                      const std::string& environment = {}, const std::string& interrupt_at = {});
