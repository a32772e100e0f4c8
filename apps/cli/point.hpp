#pragma once
#include <map>
#include <string>
#include <vector>

/// The values of variables from "x=2,y=-0.5" and lists of such. Throws ValueError.
std::map<std::string, double> point_of(const std::vector<std::string>& entries);
