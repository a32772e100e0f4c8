#include "base/atomic_file.hpp"

#include <gtest/gtest.h>

#include <hindsight/error.hpp>

#include "base/read_file.hpp"
#include "expect_error.hpp"
#include "temporary_folder.hpp"

using hindsight::AtomicFile;
using hindsight::FileError;
using Names = std::vector<std::string>;

TEST(AtomicFile, AppearsWithCommit) {
  const TemporaryFolder folder;
  AtomicFile file(folder / "a.txt");
  file.write("one ");
  file.write("two");
  EXPECT_FALSE(std::filesystem::exists(folder / "a.txt"));
  file.commit();
  EXPECT_EQ(folder.names(), Names{"a.txt"});
  EXPECT_EQ(hindsight::read_file(folder / "a.txt"), "one two");
}

TEST(AtomicFile, LeavesWhatWasThereWithoutCommit) {
  const TemporaryFolder folder;
  folder.file("a.txt", "before");
  { AtomicFile(folder / "a.txt").write("after"); }
  EXPECT_EQ(folder.names(), Names{"a.txt"});
  EXPECT_EQ(hindsight::read_file(folder / "a.txt"), "before");
  hindsight::write_file(folder / "a.txt", "after");
  EXPECT_EQ(hindsight::read_file(folder / "a.txt"), "after");
}

TEST(AtomicFile, MovesWithItsDuties) {
  const TemporaryFolder folder;
  std::vector<AtomicFile> files;
  for (const char* name : {"a", "b", "c"}) files.emplace_back(folder / name);
  files[1].commit();
  files.clear();
  EXPECT_EQ(folder.names(), Names{"b"});
}

TEST(AtomicFile, NamesThePathAndTheReason) {
  const TemporaryFolder folder;
  expect_error<FileError>([&] { AtomicFile(folder / "no/a.txt"); },
                          "cannot write \"" + (folder / "no/a.txt") + "\": No such file or directory");
  std::filesystem::create_directories(folder / "b/c");
  expect_error<FileError>([&] { hindsight::write_file(folder / "b", "x"); },
                          "cannot write \"" + (folder / "b") + "\": Is a directory");
  EXPECT_EQ(folder.names(), (Names{"b", "b/c"}));
}

TEST(ReadFile, GivesAllBytes) {
  const TemporaryFolder folder;
  const std::string bytes("a\0b\r\n\xFF", 6);
  EXPECT_EQ(hindsight::read_file(folder.file("bytes", bytes)), bytes);
  EXPECT_EQ(hindsight::read_file(folder.file("empty", "")), "");
  const std::string large(200'000, 'x');
  EXPECT_EQ(hindsight::read_file(folder.file("large", large)), large);
}

TEST(ReadFile, NamesThePathAndTheReason) {
  const TemporaryFolder folder;
  expect_error<FileError>(
      [&] { hindsight::read_file(folder / "none"); },
      "cannot read \"" + (folder / "none") + "\": No such file or directory; check the path");
  expect_error<FileError>([&] { hindsight::read_file(folder.str()); },
                          "cannot read \"" + folder.str() + "\": Is a directory; name a file in it");
}
