#pragma once
#include <string>
#include <vector>

#include <hindsight/explain.hpp>

#include "command_line.hpp"

/// The option that gives the point.
Command::Option point_option(std::vector<std::string>& at);

/// The expression of a command line at its point, "x=2,y=-0.5" and lists of such. Throws ValueError where
/// there are data, where a value is missing or too much, and where the subject was meant as a file.
hindsight::explain::Expression expression_of(const std::string& subject, const std::string& data,
                                             const std::vector<std::string>& at);
