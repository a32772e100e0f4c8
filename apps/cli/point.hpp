#pragma once
#include <map>
#include <string>
#include <vector>

#include <hindsight/explain.hpp>

/// The values of variables from "x=2,y=-0.5" and lists of such. Throws ValueError.
std::map<std::string, double> point_of(const std::vector<std::string>& entries);

/// A value that nothing takes is a slip of the pen: throws ValueError that names it.
void require_used(const std::map<std::string, double>& point,
                  const hindsight::explain::Expression& expression);
