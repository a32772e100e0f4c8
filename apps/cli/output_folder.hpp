#pragma once
#include <csignal>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/atomic_file.hpp"

/// While it lives, Ctrl-C and its like wait.
class SignalHold {
 public:
  SignalHold();
  ~SignalHold();
  SignalHold(const SignalHold&) = delete;
  SignalHold& operator=(const SignalHold&) = delete;

 private:
  sigset_t before_;
};

/// The folder that a command writes its files into: all of them or none. The folder is made when the first
/// file is added, and goes again, with the files, unless commit() is reached.
class OutputFolder {
 public:
  /// Throws FileError when it, or a file of these names in it, could not be written, so that hours of work do
  /// not end with that.
  OutputFolder(std::string path, const std::vector<std::string>& names);
  ~OutputFolder();
  OutputFolder(const OutputFolder&) = delete;
  OutputFolder& operator=(const OutputFolder&) = delete;

  /// Writes the bytes beside their place. Throws FileError.
  void add(const std::string& name, std::string_view bytes);
  /// All files take their places; returns their paths. Throws FileError.
  std::vector<std::string> commit();

 private:
  void make_folders();
  std::filesystem::path place_of(const std::string& name) const;

  std::filesystem::path path_;
  std::optional<SignalHold> hold_;
  std::vector<std::filesystem::path> made_;  // outermost first
  std::vector<hindsight::AtomicFile> files_;
};
