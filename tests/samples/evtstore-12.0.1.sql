--
-- PostgreSQL database dump
--


-- Dumped from database version 18.4
-- Dumped by pg_dump version 18.4

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: bookmarks; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.bookmarks (
    bookmark character varying(255) NOT NULL,
    "position" bigint
);


--
-- Name: events; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.events (
    "position" bigint NOT NULL,
    version integer,
    stream character varying(255),
    aggregate_id character varying(255),
    "timestamp" timestamp with time zone,
    event text
);


--
-- Name: events_position_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.events_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: events_position_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.events_position_seq OWNED BY public.events."position";


--
-- Name: events position; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.events ALTER COLUMN "position" SET DEFAULT nextval('public.events_position_seq'::regclass);


--
-- Data for Name: bookmarks; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.bookmarks (bookmark, "position") FROM stdin;
\.


--
-- Data for Name: events; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.events ("position", version, stream, aggregate_id, "timestamp", event) FROM stdin;
1	1	orders	o1	2026-11-29 23:35:19.766+00	{"source":{"type":"shop"},"type":"placed","customer":"Ada"}
2	2	orders	o1	2026-11-29 23:35:19.783+00	{"type":"itemAdded","sku":"S0","price":9.5}
3	3	orders	o1	2026-11-29 23:35:19.784+00	{"type":"itemAdded","sku":"S1","price":9.5}
4	1	orders	o2	2026-11-29 23:35:19.793+00	{"source":{"type":"shop"},"type":"placed","customer":"Ada"}
5	2	orders	o2	2026-11-29 23:35:19.805+00	{"type":"itemAdded","sku":"S0","price":9.5}
6	3	orders	o2	2026-11-29 23:35:19.821+00	{"type":"itemAdded","sku":"S1","price":9.5}
7	4	orders	o2	2026-11-29 23:35:19.833+00	{"type":"itemAdded","sku":"S2","price":9.5}
8	1	orders	o3	2026-11-29 23:35:19.845+00	{"source":{"type":"shop"},"type":"placed","customer":"Ada"}
9	2	orders	o3	2026-11-29 23:35:19.861+00	{"type":"itemAdded","sku":"S0","price":9.5}
10	3	orders	o3	2026-11-29 23:35:19.866+00	{"type":"itemAdded","sku":"S1","price":9.5}
11	4	orders	o3	2026-11-29 23:35:19.872+00	{"type":"itemAdded","sku":"S2","price":9.5}
12	5	orders	o3	2026-11-29 23:35:19.886+00	{"type":"itemAdded","sku":"S3","price":9.5}
13	1	accounts	a1	2026-11-29 23:35:19.893+00	{"type":"opened","owner":"Grace","__persisted":{"__pv":"one","owner":"Grace","aggregateId":"a1","version":1}}
\.


--
-- Name: events_position_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.events_position_seq', 13, true);


--
-- Name: bookmarks bookmarks_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.bookmarks
    ADD CONSTRAINT bookmarks_pkey PRIMARY KEY (bookmark);


--
-- Name: events events_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY ("position");


--
-- Name: events events_stream_aggregate_id_version_unique; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_stream_aggregate_id_version_unique UNIQUE (stream, aggregate_id, version);


--
-- Name: events events_stream_position_unique; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_stream_position_unique UNIQUE (stream, "position");


--
-- PostgreSQL database dump complete
--


