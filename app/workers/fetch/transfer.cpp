// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/fetch/transfer.h"

#include "app/download/address.h"
#include "app/download/answer_rules.h"
#include "app/workers/fetch/name_lookup.h"

#include <curl/curl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <optional>
#include <utility>

namespace app::download {

namespace {

constexpr std::size_t kLongestHeader = 2048;

struct MultiDeleter {
    void operator()(CURLM *handle) const { curl_multi_cleanup(handle); }
};
struct EasyDeleter {
    void operator()(CURL *handle) const { curl_easy_cleanup(handle); }
};
struct ListDeleter {
    void operator()(curl_slist *list) const { curl_slist_free_all(list); }
};
using Multi = std::unique_ptr<CURLM, MultiDeleter>;
using Easy = std::unique_ptr<CURL, EasyDeleter>;
using List = std::unique_ptr<curl_slist, ListDeleter>;

void append(List &list, const std::string &text)
{
    if (curl_slist *longer = curl_slist_append(list.get(), text.c_str()); longer != nullptr) {
        (void)list.release();
        list.reset(longer);
    }
}

bool isOneLine(const std::string &text)
{
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 0x7f; });
}

std::string headerOf(CURL *easy, const char *name)
{
    curl_header *header = nullptr;
    if (curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &header) != CURLHE_OK)
        return {};
    const std::string value = header->value;
    // Two of them contradict each other, or want to.
    if (header->amount > 1)
        return "several";
    return value.size() <= kLongestHeader && isOneLine(value) ? value : std::string();
}

template <class Number>
Number infoOf(CURL *easy, CURLINFO what)
{
    Number value = 0;
    return curl_easy_getinfo(easy, what, &value) == CURLE_OK ? value : Number{0};
}

Response responseOf(CURL *easy, std::uint32_t number)
{
    Response response{.number = number,
                      .status = static_cast<std::int32_t>(infoOf<long>(easy, CURLINFO_RESPONSE_CODE))};
    if (const auto length = infoOf<curl_off_t>(easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T);
        length >= 0 && !headerOf(easy, "Content-Length").empty())
        response.length = static_cast<std::uint64_t>(length);
    const std::string range = headerOf(easy, "Content-Range");
    response.range = parseContentRange(range);
    response.badRange = !range.empty() && !response.range;
    response.entityTag = headerOf(easy, "ETag");
    response.modified = headerOf(easy, "Last-Modified");
    response.encoding = headerOf(easy, "Content-Encoding");
    char *location = nullptr;
    if (curl_easy_getinfo(easy, CURLINFO_REDIRECT_URL, &location) == CURLE_OK && location != nullptr) {
        response.location = location;
        if (response.location.size() > kLongestAddress || !isOneLine(response.location))
            response.location.clear();
    }
    const auto wait = infoOf<curl_off_t>(easy, CURLINFO_RETRY_AFTER);
    constexpr curl_off_t kDay = 86'400;
    response.retryAfter = static_cast<std::uint32_t>(std::clamp<curl_off_t>(wait, 0, kDay));
    return response;
}

Ending endingOf(CURLcode code)
{
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return Ending::Resolve;
    case CURLE_COULDNT_CONNECT:
        return Ending::Connect;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
        return Ending::Tls;
    case CURLE_PROXY:
    case CURLE_COULDNT_RESOLVE_PROXY:
        return Ending::Proxy;
    case CURLE_OPERATION_TIMEDOUT:
        return Ending::Slow;
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_GOT_NOTHING:
        return Ending::Cut;
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_HTTP2:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_TOO_LARGE:
        return Ending::Garbled;
    default:
        return Ending::Other;
    }
}

} // namespace

struct Transfer::State {
    Setup setup;
    int body = -1;
    Multi multi;
    Easy easy;

    // Of the order that is being carried out.
    Order order;
    std::function<void(const Event &)> say;
    bool decided = false;
    bool taken = false;
    bool enough = false; ///< the end of what was ordered came before the end of what the server sends
    bool tooLong = false;
    bool programGone = false;
    std::optional<std::uint64_t> promised;
    std::uint64_t delivered = 0;

    // The head is complete: whether the body is wanted.
    void decide()
    {
        if (decided)
            return;
        decided = true;
        const Response response = responseOf(easy.get(), order.number);
        if (response.status < 100)
            return;
        taken = judge(order, wantedBy(order), response) == Verdict::Take;
        promised = promisedBytes(order, response);
        say(response);
    }

    bool deliver(const char *bytes, std::size_t size)
    {
        while (size > 0) {
            const ssize_t written = ::write(body, bytes, size);
            if (written < 0 && errno == EINTR)
                continue;
            if (written <= 0) {
                programGone = true;
                return false;
            }
            bytes += written;
            size -= static_cast<std::size_t>(written);
            delivered += static_cast<std::uint64_t>(written);
        }
        return true;
    }

    std::size_t take(const char *bytes, std::size_t size)
    {
        decide();
        if (!taken)
            return CURL_WRITEFUNC_ERROR;
        std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
        if (promised)
            most = *promised;
        if (order.most > 0)
            most = std::min(most, order.most);
        if (order.to > 0)
            most = std::min(most, order.to - order.from);
        const std::uint64_t left = most - std::min(most, delivered);
        if (size <= left)
            return deliver(bytes, size) ? size : CURL_WRITEFUNC_ERROR;
        // The beginning of something is all that is wanted of it; anything else must not be longer than was said.
        enough = order.to > 0;
        tooLong = !enough;
        if (enough)
            deliver(bytes, static_cast<std::size_t>(left));
        return CURL_WRITEFUNC_ERROR;
    }

    static std::size_t onBody(char *bytes, std::size_t size, std::size_t count, void *self)
    {
        return static_cast<State *>(self)->take(bytes, size * count);
    }
    static std::size_t onHeader(char *, std::size_t size, std::size_t count, void *) { return size * count; }

    std::expected<List, std::string> addresses(const Address &address) const
    {
        List list;
        struct Name {
            std::string host;
            std::uint16_t port;
        };
        std::array<std::optional<Name>, 2> names;
        const auto proxy = parseProxy(setup.proxy);
        if (proxy)
            names[0] = Name{proxy->host, proxy->port};
        if (!proxy || proxy->namesStayHere)
            names[1] = Name{address.host, address.port};
        for (const auto &name : names) {
            if (!name)
                continue;
            auto entry = lookUp(name->host, name->port);
            if (!entry)
                return std::unexpected(entry.error());
            if (!entry->empty())
                append(list, *entry);
        }
        return list;
    }

    // What must not be left to a default.
    void configure(const List &addresses, const List &headers)
    {
        CURL *handle = easy.get();
        curl_easy_reset(handle);
        const auto set = [handle](CURLoption option, auto value) { (void)curl_easy_setopt(handle, option, value); };
        set(CURLOPT_URL, order.url.c_str());
        set(CURLOPT_PROTOCOLS_STR, setup.loopback ? "https,http" : "https");
        set(CURLOPT_FOLLOWLOCATION, 0L);
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
        set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
        set(CURLOPT_SSL_VERIFYPEER, 1L);
        set(CURLOPT_SSL_VERIFYHOST, 2L);
        if (!setup.authorities.empty()) {
            curl_blob blob{.data = setup.authorities.data(), .len = setup.authorities.size(), .flags = CURL_BLOB_COPY};
            set(CURLOPT_CAINFO_BLOB, &blob);
        }
        // Empty: none, whatever the environment says.
        set(CURLOPT_PROXY, setup.proxy.c_str());
        set(CURLOPT_NOPROXY, "");
        set(CURLOPT_USERAGENT, "Carrel");
        set(CURLOPT_HTTPHEADER, headers.get());
        set(CURLOPT_RESOLVE, addresses.get());
        set(CURLOPT_CONNECTTIMEOUT, static_cast<long>(order.connectSeconds));
        set(CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(order.slowBytes));
        set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(order.slowSeconds));
        set(CURLOPT_MAX_RECV_SPEED_LARGE, static_cast<curl_off_t>(order.speed));
        constexpr long kBuffer = 256L << 10U;
        set(CURLOPT_BUFFERSIZE, kBuffer);
        set(CURLOPT_WRITEFUNCTION, &State::onBody);
        set(CURLOPT_WRITEDATA, this);
        set(CURLOPT_HEADERFUNCTION, &State::onHeader);
    }

    List headers() const
    {
        List list;
        // Files come as they are, so that their bytes are the ones that were counted and hashed.
        append(list, "Accept-Encoding: identity");
        append(list, "Accept: */*");
        if (order.ranged()) {
            append(list, "Range: bytes=" + std::to_string(order.from) + "-" +
                             (order.to > 0 ? std::to_string(order.to - 1) : std::string()));
            if (!order.validator.empty())
                append(list, "If-Range: " + order.validator);
        }
        if (!order.token.empty())
            append(list, "Authorization: Bearer " + order.token);
        return list;
    }

    CURLcode perform(int input, const Listen &listen)
    {
        constexpr int kLook = 1000; // milliseconds
        CURLcode result = CURLE_OK;
        curl_multi_add_handle(multi.get(), easy.get());
        for (int running = 1; running > 0;) {
            if (curl_multi_perform(multi.get(), &running) != CURLM_OK) {
                result = CURLE_FAILED_INIT;
                break;
            }
            int waiting = 0;
            while (const CURLMsg *message = curl_multi_info_read(multi.get(), &waiting)) {
                if (message->msg == CURLMSG_DONE)
                    result = message->data.result;
            }
            if (running == 0)
                break;
            curl_waitfd commands{.fd = input, .events = CURL_WAIT_POLLIN, .revents = 0};
            curl_multi_poll(multi.get(), &commands, 1, kLook, nullptr);
            if (commands.revents != 0 && !listen()) {
                programGone = true;
                break;
            }
        }
        return result;
    }

    Ending ending(CURLcode code) const
    {
        if (decided && !taken)
            return Ending::NotTaken;
        if (enough)
            return Ending::Done;
        if (tooLong)
            return Ending::TooLong;
        if (code != CURLE_OK)
            return endingOf(code);
        return promised && delivered < *promised ? Ending::Cut : Ending::Done;
    }

    End carryOut(int input, const Listen &listen)
    {
        End end{.number = order.number};
        const auto address = parseAddress(order.url, setup.loopback ? Reach::Loopback : Reach::Web);
        if (!address || !isOneLine(order.token) || !isOneLine(order.validator)) {
            end.detail = "an order that is not carried out";
            return end;
        }
        const auto found = addresses(*address);
        if (!found) {
            end.ending = Ending::Resolve;
            end.detail = found.error();
            return end;
        }
        const List sent = headers();
        configure(*found, sent);
        const CURLcode code = perform(input, listen);
        // An answer without a body.
        if (code == CURLE_OK)
            decide();
        end.ending = ending(code);
        end.detail = code == CURLE_OK || decided ? std::string() : curl_easy_strerror(code);
        end.sent = static_cast<std::uint64_t>(std::max(infoOf<long>(easy.get(), CURLINFO_REQUEST_SIZE), 0L));
        end.received = static_cast<std::uint64_t>(std::max(infoOf<long>(easy.get(), CURLINFO_HEADER_SIZE), 0L)) +
                       static_cast<std::uint64_t>(
                           std::max<curl_off_t>(infoOf<curl_off_t>(easy.get(), CURLINFO_SIZE_DOWNLOAD_T), 0));
        end.delivered = delivered;
        curl_multi_remove_handle(multi.get(), easy.get());
        return end;
    }
};

Transfer::Transfer(Setup setup, int body)
    : m_state(std::make_unique<State>())
{
    m_state->setup = std::move(setup);
    m_state->body = body;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) {
        m_state->multi.reset(curl_multi_init());
        m_state->easy.reset(curl_easy_init());
    }
}

Transfer::~Transfer() = default;

bool Transfer::ready() const
{
    return m_state->multi && m_state->easy;
}

std::string Transfer::certificates()
{
    const curl_version_info_data *version = curl_version_info(CURLVERSION_NOW);
    return version->cainfo != nullptr ? version->cainfo : "";
}

void Transfer::carryOut(const Order &order, const std::function<void(const Event &)> &say, int input,
                        const Listen &listen)
{
    State &state = *m_state;
    state.order = order;
    state.say = say;
    state.decided = state.taken = state.enough = state.tooLong = false;
    state.promised.reset();
    state.delivered = 0;
    const End end = state.carryOut(input, listen);
    if (!state.programGone)
        say(end);
}

void Transfer::limit(std::uint64_t bytesPerSecond)
{
    (void)curl_easy_setopt(m_state->easy.get(), CURLOPT_MAX_RECV_SPEED_LARGE, static_cast<curl_off_t>(bytesPerSecond));
}

} // namespace app::download
