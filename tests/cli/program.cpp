#include "cli/program.hpp"

#include <cstdlib>

#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include "temporary_folder.hpp"

namespace {

int code_of(int status) { return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status); }

/// Redirections among the arguments come last, and win.
std::string command(const std::string& folder, const std::string& streams, const std::string& arguments,
                    const std::string& environment) {
  return "cd '" + folder + "' && " + streams + " exec env -u NO_COLOR TERM=xterm " + environment +
         " '" HINDSIGHT_PROGRAM "' " + arguments;
}

}  // namespace

Ended run_program(const std::string& folder, const std::string& arguments, const std::string& environment) {
  const TemporaryFolder streams;  // of this run alone: tests run side by side, some of them in one folder
  const std::string to_files = ">" + streams.str() + "/out 2>" + streams.str() + "/err";
  const int status = std::system(command(folder, to_files, arguments, environment).c_str());
  return {code_of(status), TemporaryFolder::content(streams.str() + "/out"),
          TemporaryFolder::content(streams.str() + "/err")};
}

Ended run_in_terminal(const std::string& folder, const std::string& arguments, const std::string& environment,
                      const std::string& interrupt_at) {
  const std::string line = command(folder, "", arguments, environment);
  winsize size{};
  size.ws_row = 24;
  size.ws_col = 100;
  int terminal = -1;
  const pid_t child = ::forkpty(&terminal, nullptr, nullptr, &size);
  if (child == 0) {
    ::execl("/bin/sh", "sh", "-c", line.c_str(), static_cast<char*>(nullptr));
    ::_exit(127);
  }
  Ended ended;
  char buffer[4096];
  bool interrupted = false;
  // Reading a terminal whose other side is closed gives an error, not an end.
  for (ssize_t got = 0; (got = ::read(terminal, buffer, sizeof buffer)) > 0;) {
    ended.out.append(buffer, static_cast<std::size_t>(got));
    if (!interrupt_at.empty() && !interrupted && ended.out.find(interrupt_at) != std::string::npos)
      interrupted = ::write(terminal, "\x03", 1) == 1;
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ::close(terminal);
  ended.code = code_of(status);
  return ended;
}
