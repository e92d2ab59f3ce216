#include "model/datasets/screens/word_list.h"

#include "model/datasets/screens/screen_maker.h"

#include <vector>

namespace prunescope::model {

namespace {

constexpr std::string_view kLabels[] = {
    "save",       "open",     "file",     "name",     "user",      "edit",     "view",     "new",      "close",
    "cancel",     "apply",    "search",   "settings", "help",      "home",     "add",      "delete",   "print",
    "copy",       "paste",    "address",  "email",    "phone",     "city",     "country",  "price",    "total",
    "date",       "time",     "status",   "type",     "size",      "color",    "title",    "password", "account",
    "group",      "project",  "task",     "note",     "list",      "table",    "page",     "report",   "order",
    "customer",   "product",  "quantity", "amount",   "balance",   "payment",  "export",   "import",   "share",
    "send",       "reply",    "back",     "next",     "finish",    "start",    "stop",     "pause",    "reset",
    "clear",      "select",   "all",      "none",     "options",   "tools",    "window",   "format",   "insert",
    "layout",     "display",  "sound",    "network",  "security",  "privacy",  "language", "region",   "theme",
    "dark",       "light",    "auto",     "mode",     "image",     "photo",    "video",    "music",    "map",
    "chart",      "calendar", "mail",     "message",  "contact",   "team",     "role",     "admin",    "guest",
    "login",      "logout",   "download", "upload",   "sync",      "backup",   "restore",  "update",   "install",
    "remove",     "refresh",  "reload",   "preview",  "zoom",      "find",     "replace",  "undo",     "redo",
    "cut",        "first",    "last",     "street",   "state",     "code",     "number",   "company",  "office",
    "department", "manager",  "owner",    "author",   "version",   "build",    "model",    "level",    "score",
    "rank",       "priority", "high",     "medium",   "low",       "active",   "pending",  "approved", "closed",
    "draft",      "sent",     "paid",     "due",      "shipped",   "invoice",  "receipt",  "item",     "tax",
    "discount",   "shipping", "subtotal", "rate",     "unit",      "weight",   "height",   "width",    "length",
    "depth",      "folder",   "document", "archive",  "trash",     "inbox",    "spam",     "library",  "gallery",
    "store",      "cart",     "checkout", "profile",  "dashboard", "overview", "summary",  "details",  "history",
    "activity",   "events",   "alerts",   "errors",   "warnings",  "notes",    "tags",     "labels",   "filters",
    "columns",    "rows",     "cells",    "camera",   "printer",   "mouse",    "keyboard", "screen",   "battery",
    "storage",    "memory",   "device",   "power",    "server",    "database", "cache",    "general",  "advanced",
    "default",    "custom",   "manual",   "basic",    "standard",  "premium",  "public",   "private",  "shared",
    "local",      "remote",   "global",   "left",     "right",     "top",      "bottom",   "center",   "front",
    "inner",      "outer",    "large",    "small",    "wide",      "narrow",   "short",    "long",     "read",
    "write",      "run",      "test",     "debug",    "deploy",    "merge",    "branch",   "commit",   "release",
    "source",     "target",   "input",    "output",   "morning",   "evening",  "monday",   "tuesday",  "friday",
    "sunday",     "weekly",   "monthly",  "yearly",   "daily",     "today",    "tomorrow", "white",    "black",
    "red",        "green",    "blue",     "yellow",   "orange",    "purple",   "brown",    "silver",   "gold",
    "gray",       "water",    "coffee",   "bread",    "milk",      "sugar",    "flour",    "rice",     "fruit",
    "apple",      "lemon",    "cherry",   "tomato",   "onion",     "cheese",   "butter",   "chair",    "desk",
    "lamp",       "door",     "floor",    "wall",     "garden",    "kitchen",  "bedroom",  "bathroom", "garage",
    "roof",       "train",    "bus",      "car",      "bike",      "plane",    "ship",     "ticket",   "seat",
    "gate",       "platform", "station",  "airport",  "hotel",     "room",     "booking",  "doctor",   "patient",
    "nurse",      "clinic",   "dose",     "visit",    "result",    "blood",    "heart",    "lung",     "bone",
    "course",     "lesson",   "teacher",  "student",  "grade",     "exam",     "school",   "class",    "book",
    "chapter",    "lecture",  "seminar",  "budget",   "income",    "expense",  "profit",   "loss",     "loan",
    "interest",   "deposit",  "credit",   "debit",    "bank",      "card",     "cash",     "currency", "market",
    "stock",      "trade",    "fund",     "value",    "growth",    "risk",     "asset",    "plan",     "goal",
    "north",      "south",    "east",     "west",     "river",     "lake",     "forest",   "mountain", "island",
    "beach",      "valley",   "harbor",   "bridge",   "tower",     "engine",   "motor",    "pump",     "valve",
    "pipe",       "cable",    "wire",     "fuse",     "switch",    "sensor",   "signal",   "pressure", "speed",
    "contract",   "policy",   "claim",    "permit",   "license",   "rule",     "audit",    "review",   "vote",
    "font",       "style",    "bold",     "italic",   "line",      "circle",   "square",   "layer",    "brush",
    "pen",        "border",   "margin",   "header",   "footer",    "comment",  "editor",   "reader",   "member",
    "partner",    "client",   "vendor",   "agent",    "driver",    "worker",   "question", "answer",   "reason",
    "topic",      "subject",  "category", "brand",    "series",    "season",   "episode",  "track",    "album",
    "artist",     "token",    "domain",   "proxy",    "port",      "host",     "path",     "link",     "temperature",
    "humidity",   "wind",     "rain",     "snow",     "cloud",     "storm",    "forecast",
};

constexpr std::string_view kFirstNames[] = {
    "Anna",  "Ben",    "Clara", "David", "Emma",   "Felix", "Grace", "Henry", "Iris",  "Jack",
    "Karen", "Leo",    "Maria", "Noah",  "Olivia", "Paul",  "Quinn", "Rosa",  "Sam",   "Tina",
    "Uma",   "Victor", "Wendy", "Yusuf", "Zoe",    "Adam",  "Bella", "Chris", "Diana", "Eric",
    "Fiona", "George", "Hanna", "Ivan",  "Julia",  "Kevin", "Laura", "Marco", "Nina",  "Oscar",
    "Priya", "Ralf",   "Sofia", "Tom",   "Vera",   "Will",  "Amir",  "Chen",  "Elif",  "Hugo",
};

constexpr std::string_view kLastNames[] = {
    "Smith",  "Jones",  "Brown",  "Miller", "Davis",  "Wilson", "Moore",  "Taylor", "White", "Harris",
    "Clark",  "Lewis",  "Young",  "King",   "Wright", "Hill",   "Green",  "Baker",  "Adams", "Nelson",
    "Carter", "Parker", "Evans",  "Cook",   "Bell",   "Reed",   "Cooper", "Ward",   "Gray",  "Price",
    "Wood",   "Ross",   "Foster", "Long",   "Hayes",  "Ford",   "Hunt",   "Stone",  "Berg",  "Klein",
    "Weber",  "Rossi",  "Costa",  "Silva",  "Novak",  "Kumar",  "Tanaka", "Khan",   "Lopez", "Meyer",
};

constexpr std::string_view kCities[] = {
    "Berlin", "Paris",  "London",  "Madrid", "Rome",   "Vienna",  "Oslo",    "Lisbon",  "Dublin",  "Prague",
    "Athens", "Warsaw", "Zurich",  "Geneva", "Munich", "Hamburg", "Milan",   "Turin",   "Porto",   "Lyon",
    "Nice",   "Bern",   "Cairo",   "Tokyo",  "Osaka",  "Kyoto",   "Seoul",   "Delhi",   "Mumbai",  "Lima",
    "Quito",  "Bogota", "Boston",  "Denver", "Austin", "Dallas",  "Seattle", "Chicago", "Toronto", "Ottawa",
    "Sydney", "Perth",  "Nairobi", "Lagos",  "Tunis",  "Ankara",  "Riga",    "Vilnius", "Tallinn", "Helsinki",
};

constexpr std::string_view kProducts[] = {
    "Milk",      "Bread",        "Coffee",      "Tea",     "Sugar",    "Salt",      "Rice",     "Pasta",  "Butter",
    "Cheese",    "Honey",        "Apples",      "Pears",   "Grapes",   "Onions",    "Carrots",  "Pepper", "Soap",
    "Shampoo",   "Towel",        "Candle",      "Pencil",  "Notebook", "Stapler",   "Scissors", "Folder", "Marker",
    "Desk lamp", "Office chair", "Monitor",     "Headset", "Webcam",   "USB cable", "Charger",  "Router", "Speaker",
    "Tablet",    "Backpack",     "Umbrella",    "Jacket",  "Gloves",   "Socks",     "Hammer",   "Screws", "Paint",
    "Ladder",    "Drill",        "Garden hose", "Bicycle", "Helmet",
};

std::vector<std::string_view> allWords() {
    std::vector<std::string_view> words;
    for (const auto list : {labelWords(), firstNames(), lastNames(), cityNames(), productNames()})
        words.insert(words.end(), list.begin(), list.end());
    return words;
}

} // namespace

std::span<const std::string_view> labelWords() {
    return kLabels;
}

std::span<const std::string_view> firstNames() {
    return kFirstNames;
}

std::span<const std::string_view> lastNames() {
    return kLastNames;
}

std::span<const std::string_view> cityNames() {
    return kCities;
}

std::span<const std::string_view> productNames() {
    return kProducts;
}

std::span<const std::string_view> screenWords() {
    static const std::vector<std::string_view> words = allWords();
    return words;
}

} // namespace prunescope::model
