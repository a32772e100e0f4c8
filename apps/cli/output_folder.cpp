#include "output_folder.hpp"

#include <cerrno>
#include <cstring>

#include <unistd.h>

#include <hindsight/error.hpp>

#include "base/format.hpp"

namespace fs = std::filesystem;
namespace {

[[noreturn]] void refuse(const fs::path& path, const std::string& reason) {
  hindsight::fail<hindsight::FileError>("cannot write into \"{}\": {}", path.string(), reason);
}

fs::path parent_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

}  // namespace

SignalHold::SignalHold() {
  sigset_t held;
  sigemptyset(&held);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&held, signal);
  ::pthread_sigmask(SIG_BLOCK, &held, &before_);
}

SignalHold::~SignalHold() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

OutputFolder::OutputFolder(std::string path, const std::vector<std::string>& names)
    : path_(fs::path(std::move(path)).lexically_normal()) {
  if (path_.empty())
    throw hindsight::FileError("the output folder has no name; give one, such as --out result");
  if (!path_.has_filename()) path_ = path_.parent_path();  // "result/"
  std::error_code ignored;
  fs::path standing = path_;
  while (!fs::exists(standing, ignored) && standing != parent_of(standing)) standing = parent_of(standing);
  if (!fs::is_directory(standing, ignored))
    refuse(path_, hindsight::formatted("\"{}\" is a file; name a folder", standing.string()));
  if (::access(standing.c_str(), W_OK | X_OK) != 0)
    refuse(path_, hindsight::formatted("{} (\"{}\")", std::strerror(errno), standing.string()));
  for (const std::string& name : names) place_of(name);
}

fs::path OutputFolder::place_of(const std::string& name) const {
  fs::path place = path_ / name;
  std::error_code ignored;
  if (fs::is_directory(place, ignored))
    refuse(path_, hindsight::formatted("\"{}\" is a folder; remove it", place.string()));
  return place;
}

OutputFolder::~OutputFolder() {
  files_.clear();
  std::error_code ignored;
  while (!made_.empty()) {
    fs::remove(made_.back(), ignored);
    made_.pop_back();
  }
}

void OutputFolder::make_folders() {
  std::vector<fs::path> missing;
  for (fs::path at = path_; !fs::exists(at); at = parent_of(at)) missing.push_back(at);
  for (; !missing.empty(); missing.pop_back()) {
    std::error_code error;
    if (fs::create_directory(missing.back(), error)) made_.push_back(missing.back());
    if (error) refuse(path_, error.message());
  }
}

void OutputFolder::add(const std::string& name, std::string_view bytes) {
  if (!hold_) hold_.emplace();
  make_folders();
  files_.emplace_back(place_of(name).string());
  files_.back().write(bytes);
}

std::vector<std::string> OutputFolder::commit() {
  for (hindsight::AtomicFile& file : files_) file.finish();
  std::vector<std::string> paths;
  for (hindsight::AtomicFile& file : files_) {
    file.commit();
    paths.push_back(file.path());
  }
  files_.clear();
  made_.clear();
  hold_.reset();
  return paths;
}
