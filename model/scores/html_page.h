#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope {

/// An element or a text of a page, as a lenient parser of HTML sees it: nothing is refused, an end tag closes what is
/// open up to its element, and one without an element is left out.
struct HtmlNode {
    std::string name; ///< in lower case; empty: a text
    std::map<std::string, std::u32string> attributes;
    std::u32string text;
    std::size_t end = 0; ///< behind the last node inside
};

/// The nodes of a page in the order of their beginnings; what is inside node i are those of (i, end).
std::vector<HtmlNode> htmlNodes(std::u32string_view page);

} // namespace prunescope
